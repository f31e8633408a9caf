import { readdirSync } from "node:fs";
import { sendSignal } from "../../signal/index.ts";
import { readStat } from "../shim/process-table.ts";

/**
 * All that a command has started and that did not leave its session. A terminal's program has a session of its own
 * (util-linux' script makes it), in which a shell makes groups: sessions are what belongs together.
 */
export class CommandTree {
  readonly #pid: number;
  /** Of the command itself, and of the leaders that were once seen below it. */
  readonly #sessions: Set<number>;

  /** `pid`: leader of a session. */
  constructor(pid: number) {
    this.#pid = pid;
    this.#sessions = new Set([pid]);
  }

  /** Sends a signal to all; returns whether there was any. */
  signal(name: NodeJS.Signals): boolean {
    const members = this.#members();
    for (const pid of members) sendSignal(pid, name);
    return members.length > 0;
  }

  #members(): number[] {
    const stats = readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        const stat = readStat(Number(entry));
        return stat === undefined ? [] : [{ pid: Number(entry), ...stat }];
      });
    for (const { pid, parent, session } of stats) if (parent === this.#pid && session === pid) this.#sessions.add(pid);
    return stats.filter(({ session }) => this.#sessions.has(session)).map(({ pid }) => pid);
  }
}
