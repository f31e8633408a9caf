import type { ClaimEntry, ProcessEntry, Run, RunPlace } from "../agent/index.ts";
import type { ClaimOrder, ProcessOrder } from "../protocol/index.ts";
import { ProcessClock, type WallClock } from "./process-clock.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One run of a program, as the machine's kernel and the records on its disk have it. */
export interface RunRecord {
  readonly place: RunPlace;
  readonly claim: ClaimOrder;
  readonly order: ProcessOrder;
  readonly run: Run;
  /** void: it was decided that it never begins. */
  state: "spawning" | "running" | "ended" | "void";
  readonly pid: number;
  startedAt: number;
  isReady: boolean;
  exit?: { readonly exitCode: number; readonly at: number };
}

/** Why a run ended. */
export type EndCause = "exit" | "fault" | "agent" | "power" | "lease";

export interface RunWitness {
  started(machine: string, record: RunRecord): void;
  ready(machine: string, record: RunRecord): void;
  ended(machine: string, record: RunRecord, cause: EndCause): void;
  /** A machine that stood still has gone on for so long that its shims have looked at their leases. */
  awake(machine: string): void;
}

/** A lease as its shim sees it: instants of the machine's uptime. */
export interface LeaseLook {
  readonly nowMs: number;
  /** From then on the program is told to end. */
  readonly stopAtMs: number;
  /** From then on it is killed. */
  readonly endAtMs: number;
}

export interface ProcessTableParts {
  readonly machine: string;
  readonly time: VirtualTime;
  readonly wall: WallClock;
  readonly random: Random;
  readonly witness: RunWitness;
  /** Something about a run has changed; told to the agent if there is one. */
  readonly onChange: (record: RunRecord) => void;
  /** By claim and epoch. */
  readonly lease: (name: string) => LeaseLook;
}

/** Processes of a machine. They outlive agents, and die with the machine's power. */
export class ProcessTable {
  readonly #parts: ProcessTableParts;
  readonly #records = new Map<string, RunRecord>();
  #kernel: ProcessClock;
  #lastPid = 1000;

  constructor(parts: ProcessTableParts) {
    this.#parts = parts;
    this.#kernel = new ProcessClock(parts.time, parts.wall);
  }

  find(marker: string): RunRecord | undefined {
    return this.#records.get(marker);
  }

  get running(): readonly RunRecord[] {
    return [...this.#records.values()].filter(({ state }) => state === "running");
  }

  spawn(place: RunPlace, entry: ClaimEntry, process: ProcessEntry, run: Run): void {
    const record: RunRecord = {
      place,
      claim: entry.order,
      order: process.order,
      run,
      state: "spawning",
      pid: this.#lastPid++,
      startedAt: 0,
      isReady: false,
    };
    this.#records.set(place.marker, record);
    this.#kernel.setTimer(this.#parts.random.between(2, 20), () => {
      if (record.state !== "spawning") return;
      if (run.leased && this.#isLapsed(record)) {
        record.state = "void";
        this.#parts.onChange(record);
      } else this.#begin(record);
    });
  }

  /** Has one end: by signal of the agent, or by itself. */
  end(record: RunRecord, exitCode: number, cause: EndCause): void {
    if (record.state === "spawning") record.state = "void";
    if (record.state !== "running") return;
    record.state = "ended";
    record.exit = { exitCode, at: this.#kernel.now() };
    this.#parts.witness.ended(this.#parts.machine, record, cause);
    this.#parts.onChange(record);
  }

  /** Ends all of a claim, or of one of its processes, and forgets them. */
  sweep(matches: (record: RunRecord) => boolean): void {
    for (const record of this.#records.values()) if (matches(record)) this.end(record, 137, "agent");
  }

  forget(matches: (record: RunRecord) => boolean): void {
    for (const [marker, record] of this.#records) if (matches(record)) this.#records.delete(marker);
  }

  freeze(): void {
    this.#kernel.freeze();
  }

  thaw(): void {
    this.#kernel.thaw();
  }

  powerOff(): void {
    this.#kernel.kill();
    for (const record of this.running) {
      // Its record still says that it runs: under another boot identity that means that the host took it.
      this.#parts.witness.ended(this.#parts.machine, record, "power");
      record.state = "ended";
    }
  }

  powerOn(): void {
    this.#kernel = new ProcessClock(this.#parts.time, this.#parts.wall);
  }

  #begin(record: RunRecord): void {
    const { machine, witness, random, onChange } = this.#parts;
    record.state = "running";
    record.startedAt = this.#kernel.now();
    witness.started(machine, record);
    onChange(record);
    if (record.run.leased) this.#watchLease(record, false);
    if (record.order.restartPolicy === "Always") {
      this.#kernel.setTimer(random.between(50, 1500), () => {
        if (record.state !== "running") return;
        record.isReady = true;
        witness.ready(machine, record);
        onChange(record);
      });
    } else this.#kernel.setTimer(random.between(100, 3000), () => this.end(record, 0, "exit"));
  }

  #isLapsed(record: RunRecord): boolean {
    const { nowMs, stopAtMs } = this.#lookAtLease(record);
    return nowMs >= stopAtMs;
  }

  #lookAtLease({ run, claim }: RunRecord): LeaseLook {
    return this.#parts.lease(`${claim.uid}.${run.epoch}`);
  }

  /** As the shim's watch: no agent is needed for it. `told`: the program was sent its signal under this lease. */
  #watchLease(record: RunRecord, told: boolean): void {
    if (record.state !== "running") return;
    const { random, time } = this.#parts;
    const { nowMs, stopAtMs, endAtMs } = this.#lookAtLease(record);
    if (nowMs >= endAtMs) {
      this.end(record, 137, "lease");
      return;
    }
    const isStopping = nowMs >= stopAtMs;
    // Some programs do not heed the signal.
    if (isStopping && !told && random.chance(0.8))
      this.#kernel.setTimer(random.between(5, 400), () => this.end(record, 143, "lease"));
    const waitMs = Math.min((isStopping ? endAtMs : stopAtMs) - nowMs, 1000);
    const dueAt = time.now + waitMs;
    const again = (): void => this.#watchLease(record, isStopping);
    // What slept while the machine stood still sleeps on for what was left.
    this.#kernel.setTimer(waitMs, () => {
      if (time.now > dueAt + 1) this.#kernel.setTimer(random.between(0, 1000), again);
      else again();
    });
  }
}
