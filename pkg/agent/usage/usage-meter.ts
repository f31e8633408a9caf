import { type Clock, sleep } from "../../clock/index.ts";
import type { UsageReport } from "../../protocol/index.ts";
import { readMachine, readTable } from "./read-table.ts";
import { type Meter, type RunMeter, type Sample, sumByRoot, usageBetween } from "./usage-plan.ts";

/** A process of a claim that runs now. */
export interface RunningProcess {
  readonly claimUid: string;
  readonly uid: string;
  readonly pid: number;
}

export interface UsagePorts {
  readonly clock: Clock;
  readonly running: () => readonly RunningProcess[];
  /** What a control group says of a process; undefined where there is none, or it does not tell. */
  readonly groupMeter: (claimUid: string, uid: string) => Promise<Partial<Meter>>;
  readonly signal: AbortSignal;
}

/** Shorter windows say little: processor time is counted in hundredths of a second. */
const minWindowMs = 1000;
/** Somebody who asks again after so long wants to know what is now, and not an average. */
const maxWindowMs = 60_000;

/** Measures when it is asked, since the last time or over a second: a machine that nobody looks at pays nothing. */
export class UsageMeter {
  readonly #ports: UsagePorts;
  #last: Sample | undefined;
  #report: UsageReport | undefined;
  #measuring: Promise<UsageReport> | undefined;

  constructor(ports: UsagePorts) {
    this.#ports = ports;
  }

  /** All who ask at once share an answer. */
  read(): Promise<UsageReport> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  async #measure(): Promise<UsageReport> {
    const { clock, signal } = this.#ports;
    const ageMs = this.#last === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - this.#last.at;
    if (ageMs < minWindowMs && this.#report !== undefined) return this.#report;
    if (this.#last === undefined || ageMs > maxWindowMs) {
      this.#last = await this.#sample();
      await sleep(clock, minWindowMs, signal);
    }
    const before = this.#last;
    const after = await this.#sample();
    this.#last = after;
    this.#report = {
      at: new Date(clock.now()).toISOString(),
      windowMs: Math.round(after.at - before.at),
      ...usageBetween(before, after),
    };
    return this.#report;
  }

  async #sample(): Promise<Sample> {
    const { clock, running, groupMeter } = this.#ports;
    const processes = running();
    const machine = readMachine();
    const sums = processes.length === 0 ? new Map() : sumByRoot(readTable(), new Set(processes.map(({ pid }) => pid)));
    const runs = new Map<string, RunMeter>();
    for (const { claimUid, uid, pid } of processes) {
      const found: Meter | undefined = sums.get(pid);
      if (found === undefined) continue;
      const group = await groupMeter(claimUid, uid);
      // A group counts on over the runs of its process.
      runs.set(group.cpuMs === undefined ? `${uid}/${pid}` : uid, { uid, ...found, ...group });
    }
    return { at: clock.monotonic(), ...(machine !== undefined && { machine }), runs };
  }
}
