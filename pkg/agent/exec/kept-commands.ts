import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import type { KeptCommand } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { type CommandConnection, KeptStream } from "./kept-stream.ts";

/** A command to which nobody has attached again for so long is ended, and forgotten. */
const abandonedMs = 60_000;

interface Kept {
  readonly stream: KeptStream;
  cancelTimer: () => void;
}

/** Commands that outlive the connections by which they were asked for. */
export class KeptCommands {
  readonly #clock: Clock;
  readonly #agentRun: () => string;
  readonly #commands = new Map<string, Kept>();

  constructor(clock: Clock, agentRun: () => string) {
    this.#clock = clock;
    this.#agentRun = agentRun;
  }

  /**
   * Attaches a connection to the command; where this is the first request for it, `start` has it run with the stream. Throws
   * Conflict where another run of the agent may have started it.
   */
  take(wanted: KeptCommand, connection: CommandConnection, start: (stream: Duplex) => void): KeptStream {
    this.check(wanted);
    const known = this.#commands.get(wanted.id);
    if (known !== undefined) {
      known.cancelTimer();
      known.stream.attach(connection, wanted.received);
      return known.stream;
    }
    const command = this.#keep(wanted.id);
    command.attach(connection, 0);
    start(command);
    return command;
  }

  check({ id, agentRun }: KeptCommand): void {
    if (this.#commands.has(id) || agentRun === this.#agentRun()) return;
    const message = "the agent has been started again: it is not known whether the command ran, and how it ended";
    throw new StatusError("Conflict", message);
  }

  /** Ends all that run. */
  close(): void {
    for (const { stream } of this.#commands.values()) stream.destroy();
  }

  #keep(id: string): KeptStream {
    const onDetached = (): void => {
      command.cancelTimer = this.#clock.setTimer(abandonedMs, () => command.stream.destroy());
    };
    const command: Kept = { stream: new KeptStream(onDetached), cancelTimer: () => undefined };
    this.#commands.set(id, command);
    command.stream.once("close", () => {
      command.cancelTimer();
      this.#commands.delete(id);
    });
    return command.stream;
  }
}
