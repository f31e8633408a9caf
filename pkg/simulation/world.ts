import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { isReason } from "../status/index.ts";
import type { LogRow, Store } from "../store/index.ts";
import { poolManifest, softwareManifest, type WantedApplication } from "./applications.ts";
import type { WakeChecks } from "./checks/wake-checks.ts";
import { SimulatedConnector } from "./connector.ts";
import { Machine } from "./machine.ts";
import { ProcessClock, type WallClock } from "./process-clock.ts";
import type { RunWitness } from "./process-table.ts";
import type { Random } from "./random.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { ServerDisk } from "./store-disk.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Wiring } from "./wiring.ts";

export interface WorldParts {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly wiring: Wiring;
  readonly machines: readonly { readonly name: string; readonly cores: number }[];
  readonly witness: RunWitness;
  readonly wakes: WakeChecks;
  /** A server has opened its store. */
  readonly onOpen: (store: Store, server: { readonly isRestored: boolean }) => void;
  /** A server was killed, whose last writes are on its disk though nobody was told of them. */
  readonly onSurvived: (rows: readonly LogRow[]) => void;
}

/** A server, its machines and the network between them; what happens to them is somebody else's decision. */
export class World {
  readonly machines: readonly Machine[];
  readonly disk: ServerDisk;
  readonly serverWall: WallClock = { offsetMs: 0 };
  readonly #parts: WorldParts;
  #clock: ProcessClock | undefined;
  #server: ServerProcess | undefined;
  #isFreshlyRestored = false;
  #wasRestored = false;
  #lives = 0;

  constructor(parts: WorldParts) {
    const { time, random, witness, wiring } = parts;
    this.#parts = parts;
    this.machines = parts.machines.map(
      ({ name, cores }) =>
        new Machine({
          name,
          cores,
          time,
          witness,
          wiring,
          random: random.child(name),
          lookAt: (address) => this.machine(address).answersPeers,
        }),
    );
    const clusterUid = "5e1f0000-0000-4000-8000-000000000000";
    this.disk = new ServerDisk(random.child("server disk"), {
      clusterUid,
      acknowledgesEarly: wiring.broken === "fsync",
      reusesEpochs: wiring.broken === "epochs",
    });
  }

  /** The server, once it runs. */
  get server(): ServerProcess | undefined {
    return this.#server;
  }

  get isServerUp(): boolean {
    return this.#clock !== undefined;
  }

  machine(name: string): Machine {
    const found = this.machines.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no machine ${name}`);
    return found;
  }

  startServer(): void {
    if (this.#clock !== undefined) return;
    const { time, random, wiring, wakes, onOpen } = this.#parts;
    const clock = new ProcessClock(time, this.serverWall);
    const isRestored = this.#isFreshlyRestored;
    this.#isFreshlyRestored = false;
    const own = random.child(`server ${this.#lives++}`);
    this.#clock = clock;
    void startServer({
      clock,
      random: own,
      disk: this.disk,
      wiring,
      wakes,
      restored: this.#wasRestored,
      connectorTo: (address) =>
        new SimulatedConnector({
          clock,
          random: own.child(address),
          machine: this.machine(address),
          onlyOnce: wiring.broken === "redial",
        }),
      onOpen: (store) => onOpen(store, { isRestored }),
    }).then((server) => {
      if (this.#clock === clock) this.#server = server;
    });
  }

  /** kill -9 */
  killServer(): void {
    this.#clock?.kill();
    this.#clock = undefined;
    this.#server = undefined;
    this.#parts.onSurvived(this.disk.crash());
    for (const { wire } of this.machines) wire.hangUpServer();
  }

  freezeServer(): void {
    this.#clock?.freeze();
  }

  thawServer(): void {
    this.#clock?.thaw();
  }

  /** Puts an older copy of the data in place, while no server runs. */
  restore(copy: ReturnType<ServerDisk["copy"]>): void {
    const now = new ProcessClock(this.#parts.time, this.serverWall).now();
    this.disk.restore(copy, now);
    this.#wasRestored = true;
    this.#isFreshlyRestored = true;
  }
}

/** What a user does, again and again until a server has taken it. */
export class User {
  readonly #world: World;
  readonly #time: VirtualTime;
  readonly #deleted = new Set<KubeObject>();

  constructor(world: World, time: VirtualTime) {
    this.#world = world;
    this.#time = time;
  }

  setUp(machines: readonly string[], applications: readonly WantedApplication[]): void {
    this.create(poolManifest(machines));
    this.create(softwareManifest());
    for (const { manifest } of applications) this.create(manifest);
  }

  create(manifest: KubeObject): void {
    this.#insist(async (api) => {
      await api.create(kindOf(manifest), manifest).catch((error: unknown) => {
        if (!isReason(error, "AlreadyExists")) throw error;
      });
    });
  }

  /** All that was deleted so far. */
  deleteAgain(): void {
    for (const manifest of this.#deleted) this.delete(manifest);
  }

  delete(manifest: KubeObject): void {
    this.#deleted.add(manifest);
    const { name = "", namespace = "" } = manifest.metadata;
    this.#insist(async (api) => {
      await api.delete(kindOf(manifest), { name, namespace }).catch((error: unknown) => {
        if (!isReason(error, "NotFound")) throw error;
      });
    });
  }

  #insist(act: (api: ApiClient) => Promise<void>): void {
    const { server } = this.#world;
    const again = (): void => void this.#time.after(500, () => this.#insist(act));
    if (server === undefined) {
      again();
      return;
    }
    let isDone = false;
    act(server.user).then(
      () => {
        isDone = true;
      },
      () => undefined,
    );
    // A server that is killed never answers.
    this.#time.after(500, () => isDone || this.#insist(act));
  }
}

function kindOf({ kind }: KubeObject): KindInfo {
  const found = Object.values(kinds).find((info) => info.kind === kind);
  if (found === undefined) throw new Error(`there is no kind ${kind}`);
  return found;
}
