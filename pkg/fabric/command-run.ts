import { randomUUID } from "node:crypto";
import { agentRun, type ExecRequest, type ExecResult } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { type LinkSource, openOverAny } from "./any-link.ts";
import { CommandAnswer, type TakeOutput } from "./command-answer.ts";
import type { CommandFeed, CommandReader } from "./command-lane.ts";
import { feedOf } from "./command-stream.ts";
import type { RunningCommand, RunOrder } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

/** So much may come before the agent is told of it: much less than what it waits for. */
const acknowledgeBytes = 64 << 10;

export interface CommandPorts extends LinkSource {
  /** Undefined where the machine is connected; else resolves when it is, and rejects where it is not soon. */
  readonly connected: () => Promise<unknown> | undefined;
}

/** A command without input, that its agent keeps until all of its frames are received: read over whatever link there is. */
export class CommandRun implements RunningCommand, CommandReader {
  readonly ended: Promise<ExecResult>;
  readonly #order: RunOrder;
  readonly #ports: CommandPorts;
  readonly #id = randomUUID();
  readonly #answer: CommandAnswer;
  #agentRun: string | undefined;
  #feed: CommandFeed | undefined;
  #received = 0;
  #acknowledged = 0;
  #isLarge = false;
  #isOver = false;
  #resolve: (result: ExecResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(order: RunOrder, take: TakeOutput, ports: CommandPorts) {
    this.#order = order;
    // Who has stopped it reads nothing more.
    this.#ports = { ...ports, link: () => (this.#isOver ? undefined : ports.link()) };
    this.#answer = new CommandAnswer(take);
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const connected = ports.connected();
    if (connected === undefined) void this.#open();
    else
      connected.then(
        () => this.#open(),
        (error: unknown) => this.#fail(error),
      );
  }

  stop(): void {
    if (!this.#isOver) this.#fail(new StatusError("Conflict", "stopped"));
  }

  take(bytes: Buffer): Promise<unknown> | undefined {
    this.#received += bytes.length;
    try {
      const wait = this.#answer.push(bytes);
      const { result } = this.#answer;
      if (result !== undefined) this.#finish(result, wait);
      else if (this.#received - this.#acknowledged >= acknowledgeBytes) this.#acknowledge();
      return wait;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  lost(why: "link" | "apart"): void {
    if (why === "apart") this.#isLarge = true;
    this.#feed = undefined;
    void this.#open();
  }

  refused(error: StatusError): void {
    this.#fail(error);
  }

  async #open(): Promise<void> {
    try {
      await openOverAny((link) => this.#openOver(link), this.#ports);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #openOver({ agent, view }: HostLink): Promise<void> {
    if (agent === undefined || view === undefined)
      throw new StatusError("Unreachable", "the machine has just been lost");
    this.#agentRun ??= agentRun(view.host);
    this.#acknowledged = this.#received;
    const kept = { id: this.#id, received: this.#received, agentRun: this.#agentRun };
    const request: ExecRequest = { ...this.#order, stdin: false, kept };
    const feed = this.#isLarge ? undefined : agent.session.startCommand(request, this);
    this.#feed = feed ?? feedOf(await agent.session.exec(request), this);
    if (this.#isOver) this.#feed.cancel();
  }

  #acknowledge(): void {
    this.#acknowledged = this.#received;
    this.#feed?.acknowledge(this.#received);
  }

  #finish(result: ExecResult, printed: Promise<unknown> | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#feed?.finish(this.#received);
    if (printed === undefined) this.#resolve(result);
    else void printed.then(() => this.#resolve(result));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#feed?.cancel();
    this.#reject(error);
  }
}
