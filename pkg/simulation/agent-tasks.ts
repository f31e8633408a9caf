import type {
  Action,
  ClaimContext,
  ClaimEntry,
  ProcessEntry,
  Run,
  RunPlace,
  Tasks,
  TasksParts,
} from "../agent/index.ts";
import { runName } from "../agent/index.ts";
import type { MachineDisk } from "./machine-disk.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { ProcessTable } from "./process-table.ts";
import type { Random } from "./random.ts";
import type { RunWatch } from "./run-watch.ts";

export interface AgentTasksParts extends TasksParts {
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly disk: MachineDisk;
  readonly table: ProcessTable;
  readonly watch: RunWatch;
  readonly leases: ClaimContext["leases"];
  readonly changed: (claimUid: string) => void;
  /** Receipts are given for what was never removed, to see what becomes of that. */
  readonly leavesAll: boolean;
}

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;

/** What the agent's plans order, done to a simulated machine. */
export class AgentTasks implements Tasks {
  readonly #parts: AgentTasksParts;

  constructor(parts: AgentTasksParts) {
    this.#parts = parts;
  }

  place(processUid: string, run: Run): RunPlace {
    const marker = `${processUid}/${runName(run)}`;
    return { marker, number: run.number, claim: this.#parts.uid, directory: marker, boot: run.boot };
  }

  perform(action: Action, entry: ClaimEntry | undefined): void {
    if (entry === undefined) return;
    this.#perform(action, entry).then(this.#parts.wake, () => {
      this.#parts.clock.setTimer(1000, this.#parts.wake);
    });
  }

  /** What runs is healthy; it is ready as soon as it says so. */
  follow(entry: ClaimEntry | undefined): void {
    const { facts, table, watch, wake } = this.#parts;
    for (const [uid, { run }] of Object.entries(entry?.processes ?? {})) {
      if (run === undefined || run.end !== undefined || run.stopReason !== undefined) continue;
      const { marker } = this.place(uid, run);
      if (watch.observe(marker)?.state !== "running") continue;
      const ready = run.wasReady === true || table.find(marker)?.isReady === true;
      const known = facts.health.get(uid);
      if (known?.number === run.number && known.ready === ready) continue;
      facts.health.set(uid, { number: run.number, started: true, ready, alive: true });
      wake();
    }
  }

  /** Simulated processes enter no barriers. */
  answer(): void {}

  close(): void {}

  monitors() {
    return [];
  }

  barriers() {
    return [];
  }

  #perform(action: Action, entry: ClaimEntry): Promise<void> {
    switch (action.kind) {
      case "start":
        return this.#start(action, entry);
      case "stop":
        return this.#stop(action, entry);
      case "install":
        return this.#install(action);
      case "discard":
        return this.#discard(action);
      case "clean":
        return this.#clean(action, entry);
      case "tidy":
        return this.#tidy(action);
      case "choosePorts":
        return this.#choosePorts(action, entry);
      case "forgetItem":
        return this.#forgetItem(action);
    }
  }

  async #start({ process: uid, number }: ActionOf<"start">, entry: ClaimEntry): Promise<void> {
    const { watch, table, disk, clock, leases } = this.#parts;
    const found = runOf(entry, uid, number);
    if (found === undefined) return;
    if (found.run.leased && leases.see(entry.uid, found.run.epoch).state !== "held")
      throw new Error("the lease ran out before it was started");
    const place = this.place(uid, found.run);
    watch.forget(`${uid}/${runName({ ...found.run, number: number - 1 })}`);
    watch.begin(place);
    await clock.sleep(this.#parts.random.between(1, 10));
    disk.directories.add(entry.uid);
    table.spawn(place, entry, found.process, found.run);
  }

  async #stop({ process: uid, number, now }: ActionOf<"stop">, entry: ClaimEntry): Promise<void> {
    const { facts, table, clock, random } = this.#parts;
    const found = runOf(entry, uid, number);
    if (found === undefined) return;
    facts.stops.set(uid, { number, state: "stopping" });
    await clock.sleep(now === true ? 1 : random.between(5, 400));
    const record = table.find(this.place(uid, found.run).marker);
    if (record !== undefined) table.end(record, 143, "agent");
    table.sweep(({ order }) => order.uid === uid);
    facts.stops.set(uid, { number, state: "stopped" });
  }

  async #install({ directory, attempt }: ActionOf<"install">): Promise<void> {
    const { facts, uid, disk, clock, random, changed } = this.#parts;
    facts.installs.set(directory, { state: "busy", attempt, step: "Unpacking" });
    changed(uid);
    const { life } = facts;
    facts.installing.add(directory);
    await clock.sleep(random.between(50, 800));
    // As the agent itself: what is being removed is not installed any further, and removed once that has ended.
    const isOver = facts.life !== life || facts.cleaning?.state === "busy";
    const outcome = await disk
      .write(clock, () => isOver || disk.directories.add(uid))
      .then(
        () => ({ ok: true }) as const,
        (error: unknown) => ({ ok: false, reason: "DiskFull", message: String(error) }) as const,
      );
    facts.installing.delete(directory);
    if (isOver) return;
    facts.installs.set(directory, { state: "done", attempt, outcome });
  }

  async #discard({ directory, attempt }: ActionOf<"discard">): Promise<void> {
    const { facts, clock, random } = this.#parts;
    facts.discards.set(directory, { state: "busy", attempt, step: "discarding" });
    await clock.sleep(random.between(5, 50));
    facts.installs.delete(directory);
    facts.discards.set(directory, { state: "done", attempt, outcome: undefined });
  }

  async #clean({ attempt }: ActionOf<"clean">, entry: ClaimEntry): Promise<void> {
    const { facts, table, disk, clock, random, watch, leavesAll } = this.#parts;
    facts.cleaning = { state: "busy", attempt, step: "cleaning" };
    await clock.sleep(random.between(20, 300));
    while (facts.installing.size > 0) await clock.sleep(20);
    if (!leavesAll) {
      const isOfClaim = ({ place }: { readonly place: RunPlace }): boolean => place.claim === entry.uid;
      table.sweep(isOfClaim);
      table.forget(isOfClaim);
      disk.directories.delete(entry.uid);
    }
    for (const [uid, { run }] of Object.entries(entry.processes))
      if (run !== undefined) watch.forget(this.place(uid, run).marker);
    const outcome = { at: this.#text(), removed: [entry.order.name], kept: [], failures: [], complete: true };
    facts.cleaning = { state: "done", attempt, outcome };
    facts.clear();
  }

  async #tidy({ process: uid, key }: ActionOf<"tidy">): Promise<void> {
    const { facts, clock } = this.#parts;
    facts.tidies.set(uid, { key, state: "busy" });
    await clock.sleep(5);
    facts.tidies.set(uid, { key, state: "done", report: { key, at: this.#text(), stopped: 0, removed: 0 } });
  }

  async #choosePorts({ process: uid }: ActionOf<"choosePorts">, entry: ClaimEntry): Promise<void> {
    const { facts, random, clock } = this.#parts;
    await clock.sleep(1);
    const order = entry.order.processes.find((one) => one.uid === uid);
    const free = (order?.ports ?? []).filter(({ port }) => port === 0);
    facts.ports.set(uid, Object.fromEntries(free.map(({ name }) => [name, random.between(20_000, 32_000)])));
  }

  async #forgetItem({ process: uid, run }: ActionOf<"forgetItem">): Promise<void> {
    const { watch, table } = this.#parts;
    watch.forget(`${uid}/${run}`);
    table.forget(({ place }) => place.marker === `${uid}/${run}`);
  }

  #text(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }
}

function runOf(
  entry: ClaimEntry,
  uid: string,
  number: number,
): { readonly process: ProcessEntry; readonly run: Run } | undefined {
  const process = entry.processes[uid];
  return process?.run?.number === number ? { process, run: process.run } : undefined;
}
