import type { Duplex, Readable } from "node:stream";
import type { AgentSession, DocumentAnswer, OpenLog } from "../fabric/index.ts";
import type {
  AgentHello,
  AgentMessage,
  ClockAnswer,
  DocumentBody,
  DocumentPosition,
  LookAnswer,
  LookRequest,
  PackageKey,
  ServerHello,
  SignedGrant,
  TreeKey,
  UsageReport,
} from "../protocol/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Connection } from "./wire.ts";

/** What a connection reaches on a machine: its agent. */
export interface AgentEndpoint {
  readonly clock: ProcessClock;
  hello(hello: ServerHello): AgentHello;
  accept(document: DocumentBody): Promise<DocumentPosition>;
  acknowledge(claimUid: string): void;
  grant(leases: SignedGrant): Promise<void>;
  /** Returns what ends the stream. */
  report(write: (message: AgentMessage) => void): () => void;
  hasBlob(digest: string): boolean;
  takeBlob(digest: string): Promise<void>;
  look(request: LookRequest): Promise<LookAnswer>;
  shutdown(remove: boolean): Promise<void>;
}

/** The server's end of a connection to an agent, without HTTP: what is asked travels over the simulated network. */
export class SimulatedSession implements AgentSession {
  readonly closed: Promise<string>;
  readonly #connection: Connection;
  readonly #server: ProcessClock;
  readonly #agent: AgentEndpoint;
  readonly #pending = new Set<(error: StatusError) => void>();
  #isClosed = false;
  #onClosed: (why: string) => void = () => {};

  constructor(connection: Connection, server: ProcessClock, agent: AgentEndpoint) {
    this.#connection = connection;
    this.#server = server;
    this.#agent = agent;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    connection.onEnd("toServer", (why) => server.run(() => this.#end(why)));
  }

  hello(hello: ServerHello): Promise<AgentHello> {
    return this.#ask(async () => this.#agent.hello(hello));
  }

  readReports(onMessage: (message: AgentMessage) => void): void {
    let stop: (() => void) | undefined;
    this.#connection.onEnd("toMachine", () => stop?.());
    const write = (message: AgentMessage): void =>
      this.#connection.send("toServer", () => this.#server.run(() => this.#isClosed || onMessage(message)));
    this.#connection.send("toMachine", () =>
      this.#agent.clock.run(() => {
        stop = this.#agent.report(write);
      }),
    );
  }

  async putDocument(document: DocumentBody): Promise<DocumentAnswer> {
    try {
      return await this.#ask(() => this.#agent.accept(document));
    } catch (error) {
      if (isReason(error, "Conflict")) return "older";
      if (isReason(error, "Expired")) return "incomplete";
      throw error;
    }
  }

  acknowledge(claimUid: string): Promise<void> {
    return this.#ask(async () => this.#agent.acknowledge(claimUid));
  }

  /** Simulated agents heed documents alone. */
  get takesAnswers(): boolean {
    return false;
  }

  answerEarly(): void {}

  /** Nor is any asked to run a command. */
  startCommand(): undefined {}

  putLeases(leases: SignedGrant): Promise<void> {
    return this.#ask(() => this.#agent.grant(leases));
  }

  blobOffset(digest: string): Promise<number | "complete"> {
    return this.#ask(async () => (this.#agent.hasBlob(digest) ? "complete" : 0));
  }

  putBlob(digest: string, { bytes }: { readonly bytes: Readable }): Promise<void> {
    bytes.destroy();
    return this.#ask(() => this.#agent.takeBlob(digest));
  }

  /** Unpacking takes no time there. */
  putPrefetch(): Promise<void> {
    return this.#ask(async () => undefined);
  }

  look(request: LookRequest): Promise<LookAnswer> {
    return this.#ask(() => this.#agent.look(request));
  }

  shutdown(remove: boolean): Promise<void> {
    return this.#ask(() => this.#agent.shutdown(remove));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#connection.close("server", "closed by the server");
    this.#end("closed");
  }

  /** Simulated machines measure nothing, and say so in their hello. */
  putNetwork(): Promise<void> {
    return this.#ask(async () => undefined);
  }

  clock(): Promise<ClockAnswer> {
    return Promise.reject(new StatusError("NotFound", "there is no clock"));
  }

  /** Of those that are reached through a parent, which simulated ones are not. */
  ping(): void {}

  treeKey(): Promise<TreeKey> {
    return unheardOf();
  }

  putTree(): Promise<void> {
    return unheardOf();
  }

  packageKey(): Promise<PackageKey> {
    return unheardOf();
  }

  putPackages(): Promise<void> {
    return unheardOf();
  }

  openRelay(): Promise<Duplex> {
    return unheardOf();
  }

  retire(): void {
    this.close();
  }

  exec(): Promise<Duplex> {
    return unheardOf();
  }

  watchOutput(): Promise<Duplex> {
    return unheardOf();
  }

  openPort(): Promise<Duplex> {
    return unheardOf();
  }

  logs(): Promise<OpenLog> {
    return unheardOf();
  }

  results(): Promise<Readable> {
    return unheardOf();
  }

  usage(): Promise<UsageReport> {
    return unheardOf();
  }

  reboot(): Promise<void> {
    return unheardOf();
  }

  /** Has the agent do something and answer, if both ends live and the network lets it through. */
  #ask<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(ended());
      this.#pending.add(reject);
      const answer = (settle: () => void): void => {
        const receive = (): void => {
          this.#pending.delete(reject);
          settle();
        };
        this.#connection.send("toServer", () => this.#server.run(receive), false);
      };
      const perform = (): void => {
        work().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(StatusError.from(error))),
        );
      };
      this.#connection.send("toMachine", () => this.#agent.clock.run(perform), false);
    });
  }

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const reject of this.#pending) reject(ended());
    this.#pending.clear();
    this.#onClosed(why);
  }
}

function ended(): StatusError {
  return new StatusError("Unreachable", "the connection to the agent has ended");
}

function unheardOf(): Promise<never> {
  return Promise.reject(new StatusError("Unreachable", "simulated agents do not answer this"));
}
