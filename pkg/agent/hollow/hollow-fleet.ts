import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { type Clock, systemClock } from "../../clock/index.ts";
import type { AgentConfig } from "../../protocol/index.ts";
import { readLine } from "../../streams/index.ts";
import { Limiter } from "../limiter.ts";
import type { HollowTimes } from "./behaviour.ts";
import { type HollowFault, HollowMachine } from "./hollow-machine.ts";
import { sharedUnpack } from "./shared-peers.ts";

/** First line on a connection to a fleet's socket: which machine is meant, and what for. */
export type HollowRequest =
  | { readonly machine: string; readonly kind: "connect"; readonly config: AgentConfig }
  | { readonly machine: string; readonly kind: "look" | "remove" };

/** Answer, a line too; after one to `connect` the agent's HTTP/2 follows. A machine that is silent gives none. */
export interface HollowAnswer {
  /** Its agent had to be started. */
  readonly started?: boolean;
}

export interface HollowFleetOptions {
  readonly names: readonly string[];
  readonly times?: Partial<HollowTimes>;
  readonly clock?: Clock;
  /** How often ends of a tree's link ping each other, in place of what the server orders. */
  readonly pingMs?: number;
  /** A directory for packages, which are really fetched then. */
  readonly packagesIn?: string;
}

/** Links to parents that are being made at the same time. */
const beginningAtOnce = 8;
const defaultTimes: HollowTimes = { startMs: 20, readyMs: 20, installMs: 20, stopMs: 20 };

/** Many hollow machines in one process, behind one Unix socket. */
export class HollowFleet {
  readonly #machines: ReadonlyMap<string, HollowMachine>;
  readonly #clock: Clock;
  readonly #flapping = new Map<string, () => void>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #pid = 1000;

  constructor({ names, times, clock = systemClock, pingMs, packagesIn }: HollowFleetOptions) {
    this.#clock = clock;
    const nextPid = (): number => {
      this.#pid = this.#pid >= 60_000 ? 1001 : this.#pid + 1;
      return this.#pid;
    };
    const beginning = new Limiter(beginningAtOnce);
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => beginning.run(work);
    const options = {
      ...{ clock, random: Math.random, times: { ...defaultTimes, ...times }, nextPid, inTurn },
      unpack: sharedUnpack(),
      ...(pingMs !== undefined && { pingMs }),
      ...(packagesIn !== undefined && { packagesIn }),
    };
    this.#machines = new Map(names.map((name) => [name, new HollowMachine(options)]));
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(path: string): Promise<void> {
    await rm(path, { force: true });
    const before = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject);
        this.#server.listen({ path, backlog: 4096 }, resolve);
      });
    } finally {
      process.umask(before);
    }
  }

  has(name: string): boolean {
    return this.#machines.has(name);
  }

  /** Throws where there is no such machine. */
  inflict(fault: HollowFault, ...names: readonly string[]): void {
    for (const name of names) {
      this.#flapping.get(name)?.();
      this.#flapping.delete(name);
      this.#named(name).inflict(fault);
    }
  }

  /** Cut off and healed in turn, so long each, until another fault is inflicted. */
  flap(periodMs: number, ...names: readonly string[]): void {
    for (const name of names) {
      this.inflict("silent", name);
      this.#flapLater(name, periodMs, "heal");
    }
  }

  async close(): Promise<void> {
    for (const stop of this.#flapping.values()) stop();
    for (const machine of this.#machines.values()) machine.remove();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #flapLater(name: string, periodMs: number, next: "silent" | "heal"): void {
    const cancel = this.#clock.setTimer(periodMs, () => {
      this.#named(name).inflict(next);
      this.#flapLater(name, periodMs, next === "heal" ? "silent" : "heal");
    });
    this.#flapping.set(name, cancel);
  }

  #named(name: string): HollowMachine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new Error(`there is no hollow machine ${name}`);
    return machine;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    readLine(socket).then(
      (line) => this.#answer(socket, JSON.parse(line) as HollowRequest),
      () => socket.destroy(),
    );
  }

  #answer(socket: Socket, request: HollowRequest): void {
    const machine = this.#machines.get(request.machine);
    if (machine === undefined) return void socket.destroy();
    // Who dials a machine that is cut off waits until it has enough of it.
    if (machine.look === "silent") return;
    const say = (answer: HollowAnswer): boolean => socket.write(`${JSON.stringify(answer)}\n`);
    if (request.kind === "connect") {
      say({ started: !machine.isAgentRunning });
      machine.connect(socket, request.config);
      return;
    }
    if (request.kind === "remove") machine.remove();
    say({});
    socket.end();
  }
}
