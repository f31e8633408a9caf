import { setMaxListeners } from "node:events";
import type { Readable } from "node:stream";
import { sleep } from "../../clock/index.ts";
import type { LogsMessage, LogsRequest } from "../../protocol/index.ts";
import { MessageLane } from "../message-lane.ts";
import { MemberLog, type MemberLogPorts } from "./member-log.ts";

export interface ManyLogsPorts extends Omit<MemberLogPorts, "tell" | "signal"> {
  /** Names of the processes that are meant, in order. */
  readonly choose: () => readonly string[];
}

/** How often it is looked for processes that have come, and for machines that are not heard of. */
const lookMs = 1000;
/** Where nothing follows, so many logs are opened before their turn. */
const openedAhead = 8;

/**
 * Logs of many processes as one stream of LogsMessages. With `follow` each is told as it comes, and a slow or silent
 * machine holds up no other; else one after another, in order.
 */
export class ManyLogs {
  readonly #request: LogsRequest;
  readonly #ports: ManyLogsPorts;
  readonly #lane = new MessageLane();
  readonly #left = new AbortController();
  readonly #known = new Set<string>();
  readonly #running = new Set<MemberLog>();
  #hasBegun = false;

  constructor(request: LogsRequest, ports: ManyLogsPorts) {
    this.#request = request;
    this.#ports = ports;
    setMaxListeners(0, this.#left.signal); // every process listens
    this.#lane.output.once("close", () => this.#left.abort());
    void this.#run();
  }

  /** Lines of JSON. */
  get output(): Readable {
    return this.#lane.output;
  }

  async #run(): Promise<void> {
    if (this.#request.follow === true) await this.#followAll();
    else await this.#readInTurn();
    void this.#tell({ type: "end" });
    this.#lane.end();
  }

  async #readInTurn(): Promise<void> {
    const names = this.#ports.choose();
    void this.#tell({ type: "members", processes: names });
    const rest = names.entries();
    const turns: Promise<void>[] = [];
    const work = async (): Promise<void> => {
      for (const [index, name] of rest) {
        const turn = turns[index - 1];
        const tell = (message: LogsMessage): Promise<void> | undefined =>
          turn === undefined ? this.#tell(message) : turn.then(() => this.#tell(message));
        const done = this.#memberLog(name, this.#request, tell).run();
        turns[index] = Promise.all([turn, done]).then(() => undefined);
        await turns[index];
      }
    };
    await Promise.all(Array.from({ length: openedAhead }, work));
  }

  async #followAll(): Promise<void> {
    const { clock } = this.#ports;
    const { signal } = this.#left;
    this.#followNew(this.#request);
    // Of those that come later everything is wanted.
    const { tailLines: _tail, sinceTime: _since, ...later } = this.#request;
    // A phase may follow on another: once is not enough.
    for (let quietLooks = 0; quietLooks < 2 && !signal.aborted; ) {
      await sleep(clock, lookMs, signal).catch(() => undefined);
      this.#followNew(later);
      for (const member of this.#running) member.look();
      quietLooks = this.#known.size > 0 && this.#running.size === 0 ? quietLooks + 1 : 0;
    }
  }

  #followNew(request: LogsRequest): void {
    const names = this.#ports.choose().filter((name) => !this.#known.has(name));
    if (names.length > 0 || !this.#hasBegun) void this.#tell({ type: "members", processes: names });
    this.#hasBegun = true;
    for (const name of names) {
      this.#known.add(name);
      const member = this.#memberLog(name, request, (message) => this.#tell(message));
      this.#running.add(member);
      void member.run().then(() => this.#running.delete(member));
    }
  }

  #memberLog(name: string, request: LogsRequest, tell: MemberLogPorts["tell"]): MemberLog {
    return new MemberLog(name, request, { ...this.#ports, tell, signal: this.#left.signal });
  }

  #tell(message: LogsMessage): Promise<void> | undefined {
    return this.#lane.put(message);
  }
}
