import { chmod, lstat, mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock/index.ts";
import {
  type AgentConnection,
  ConnectError,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type ProbeVerdict,
} from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { connectSocket, startAgent, stopAgent } from "./agent-process.ts";
import type { Place } from "./places.ts";
import { killAllOf } from "./processes.ts";

export interface LocalMachineOptions {
  readonly clock: Clock;
  readonly place: Place;
  readonly bundlePath: string;
}

/** A directory of this computer taken for a machine: started, switched off and on, removed. */
export class LocalMachine implements Connector {
  readonly #options: LocalMachineOptions;
  readonly #directory: string;

  constructor(options: LocalMachineOptions) {
    this.#options = options;
    this.#directory = options.place.directory;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection> {
    if (await this.#isOff()) {
      throw new ConnectError("Unreachable", `${request.config.resourceName} is switched off`);
    }
    await request.enter?.();
    const { clock, bundlePath } = this.#options;
    if (request.replace !== undefined) await stopAgent(clock, this.#directory, request.signal);
    const running = await connectSocket(this.#directory);
    if (running !== undefined) return { stream: running, close: () => running.destroy() };
    request.onStep(connectSteps.startingAgent);
    await this.#prepare(request);
    const { config, signal } = request;
    const stream = await startAgent({ clock, directory: this.#directory, bundlePath, config, signal });
    return { stream, close: () => stream.destroy() };
  }

  /** This computer answers for the machine as long as it is not switched off; whether its agent does is seen by connecting. */
  async probe(): Promise<ProbeVerdict> {
    return (await this.#isOff()) ? "gone" : "answered";
  }

  /** Makes its place, in which nothing runs yet. */
  async create(): Promise<void> {
    const { entry, parents } = this.#options.place;
    const [parent] = parents;
    if (parent !== undefined) {
      await mkdir(parent, { recursive: true, mode: 0o700 });
      // The short place is in a directory that others can write to: it must be ours and nobody else's.
      const { uid } = await lstat(parent);
      if (uid !== process.getuid?.()) throw new StatusError("Forbidden", `${parent} belongs to another user`);
    }
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await chmod(this.#directory, 0o700);
    await mkdir(entry, { recursive: true, mode: 0o700 });
  }

  async remove(): Promise<void> {
    await killAllOf(this.#directory);
    await rm(this.#directory, { recursive: true, force: true });
    await rm(this.#options.place.entry, { recursive: true, force: true });
    for (const parent of this.#options.place.parents) await rmdir(parent).catch(() => {});
  }

  /** Everything that runs there ends at once, and nothing starts until it is switched on. */
  async powerOff(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await writeFile(this.#offMarker, "");
    await killAllOf(this.#directory);
  }

  async powerOn(): Promise<void> {
    await rm(join(this.#directory, "boot-identity"), { force: true });
    await rm(this.#offMarker, { force: true });
  }

  /** Everything that runs there ends at once; then it may be brought up again. One that is off stays off. */
  async powerCycle(): Promise<void> {
    if (!(await exists(this.#directory))) return killAllOf(this.#directory);
    const wasOff = await this.#isOff();
    await this.powerOff();
    if (!wasOff) await this.powerOn();
  }

  get #offMarker(): string {
    return join(this.#directory, "switched-off");
  }

  #isOff(): Promise<boolean> {
    return exists(this.#offMarker);
  }

  async #prepare({ config }: ConnectRequest): Promise<void> {
    await this.create().catch((error: unknown) => {
      throw new ConnectError("BootstrapFailed", `${config.resourceName}: ${StatusError.from(error).message}`);
    });
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
