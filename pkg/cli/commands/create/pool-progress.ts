import { conditionsOf, isDeleting, kinds, type Resource, type ResourcePool, stateOf } from "../../../api/index.ts";
import { follow } from "../../../client/index.ts";
import { formatDuration } from "../../../clock/index.ts";
import type { Invocation } from "../../command.ts";
import { currentCondition } from "../../conditions.ts";
import { machineTrouble } from "../../describe/machines.ts";
import { oneLine } from "../../describe/table-lines.ts";

/** What has been printed of a machine. */
type Outcome = "ready" | "failed";

/** Prints a line for each machine as it comes up or fails; resolves with the exit code. */
export async function watchPool(call: Invocation, poolName: string, timeoutMs: number): Promise<number> {
  const watch = new PoolWatch(call, poolName);
  const ended = new AbortController();
  const stop = (): void => ended.abort();
  const cancelTimer = call.clock.setTimer(timeoutMs, stop);
  call.signal.addEventListener("abort", stop, { once: true });
  const signal = ended.signal;
  try {
    await Promise.all([watch.followPool(signal, stop), watch.followMachines(signal, stop)]);
  } finally {
    cancelTimer();
    call.signal.removeEventListener("abort", stop);
  }
  call.signal.throwIfAborted();
  return watch.finish(timeoutMs);
}

class PoolWatch {
  readonly #call: Invocation;
  readonly #poolName: string;
  readonly #machines = new Map<string, Resource>();
  readonly #leaving = new Set<string>();
  readonly #said = new Map<string, string>();
  /** How many machines there will be: known once the pool's controller has read its spec. */
  #expected: number | undefined;
  #stalled: string | undefined;

  constructor(call: Invocation, poolName: string) {
    this.#call = call;
    this.#poolName = poolName;
  }

  async followPool(signal: AbortSignal, stop: () => void): Promise<void> {
    const options = { fieldSelector: `metadata.name=${this.#poolName}`, clock: this.#call.clock, signal };
    for await (const event of follow<ResourcePool>(await this.#call.session.client(), kinds.ResourcePool, options)) {
      if (event.type === "put") this.#takePool(event.object);
      if (this.#isSettled()) stop();
    }
  }

  async followMachines(signal: AbortSignal, stop: () => void): Promise<void> {
    const options = { fieldSelector: `spec.poolName=${this.#poolName}`, clock: this.#call.clock, signal };
    for await (const event of follow<Resource>(await this.#call.session.client(), kinds.Resource, options)) {
      if (event.type === "put") this.#takeMachine(event.object);
      else if (event.type === "gone") this.#forget(event.object);
      if (this.#isSettled()) stop();
    }
  }

  finish(timeoutMs: number): number {
    this.#call.terminal.progress("");
    const machines = [...this.#machines.values()];
    const ready = machines.filter((machine) => outcomeOf(machine) === "ready").length;
    const waiting = machines.filter((machine) => outcomeOf(machine) === undefined);
    const total = Math.max(this.#wanted ?? 0, machines.length);
    if (this.#stalled !== undefined) this.#call.terminal.error(`pool "${this.#poolName}": ${this.#stalled}`);
    if (ready === total && total > 0) {
      this.#call.terminal.out(`${ready} of ${total} machines are ready`);
      return 0;
    }
    const late = waiting.length === 0 ? "" : `; not up after ${formatDuration(timeoutMs)}: ${names(waiting)}`;
    this.#call.terminal.error(
      `${ready} of ${total} machines are ready${late} (plush describe pool ${this.#poolName} says more)`,
    );
    return 1;
  }

  #takePool(pool: ResourcePool): void {
    const stalled = currentCondition(pool, "Stalled");
    // A pool stalls for its machines too: only without any is that the end of it.
    this.#stalled = stalled?.status === "True" && (pool.status?.resources ?? 0) === 0 ? stalled.message : undefined;
    if (pool.status?.observedGeneration === pool.metadata.generation) this.#expected = pool.status?.resources;
  }

  /** One that leaves the pool is not waited for. */
  #forget(machine: Resource): void {
    this.#machines.delete(machine.metadata.name ?? "");
    this.#leaving.delete(machine.metadata.name ?? "");
  }

  #takeMachine(machine: Resource): void {
    const name = machine.metadata.name ?? "";
    if (isDeleting(machine)) {
      this.#forget(machine);
      this.#leaving.add(name);
      return;
    }
    this.#machines.set(name, machine);
    const outcome = outcomeOf(machine);
    const line =
      outcome === "ready"
        ? `${name} ${stateOf(machine)}`
        : outcome === "failed"
          ? `${name} ${stateOf(machine)}: ${oneLine(mend(machine))}`
          : undefined;
    if (line !== undefined && this.#said.get(name) !== line) {
      this.#said.set(name, line);
      this.#call.terminal.out(this.#call.terminal.paint(outcome === "ready" ? "green" : "red", line));
    }
    this.#progress();
  }

  #progress(): void {
    const waiting = [...this.#machines.values()].filter((machine) => outcomeOf(machine) === undefined);
    const parts = waiting
      .slice(0, 4)
      .map((machine) => `${machine.metadata.name} ${machine.status?.step ?? (stateOf(machine) || "Pending")}`);
    this.#call.terminal.progress(waiting.length === 0 ? "" : `${waiting.length} coming up: ${parts.join(", ")}`);
  }

  get #wanted(): number | undefined {
    return this.#expected === undefined ? undefined : this.#expected - this.#leaving.size;
  }

  #isSettled(): boolean {
    if (this.#stalled !== undefined) return true;
    const settled = [...this.#machines.values()].filter((machine) => outcomeOf(machine) !== undefined).length;
    const wanted = this.#wanted;
    return wanted !== undefined && wanted > 0 && settled >= wanted && settled === this.#machines.size;
  }
}

const upStates: ReadonlySet<string> = new Set(["Free", "Claimed", "Degraded"]);
const failedStates: ReadonlySet<string> = new Set(["Failed", "Unreachable", "Quarantined"]);

/** Undefined while it is still coming up. */
function outcomeOf(machine: Resource): Outcome | undefined {
  const state = stateOf(machine);
  if (upStates.has(state)) return "ready";
  return failedStates.has(state) ? "failed" : undefined;
}

/** The condition that says why, which names the mend too. */
function mend(machine: Resource): string {
  const ready = conditionsOf(machine).find(({ type, status }) => type === "Ready" && status !== "True");
  return ready === undefined ? machineTrouble(machine) : `${ready.reason}: ${ready.message}`;
}

function names(machines: readonly Resource[]): string {
  const shown = machines
    .slice(0, 5)
    .map(({ metadata, status }) => `${metadata.name ?? ""} (${status?.step ?? status?.state ?? "Pending"})`);
  return machines.length > 5 ? `${shown.join(", ")} and ${machines.length - 5} more` : shown.join(", ");
}
