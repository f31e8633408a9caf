import { type SimulationResult, simulate } from "../../pkg/simulation/index.ts";

export interface SeedsOptions {
  readonly first: number;
  readonly count: number;
  /** From one seed to the next: several processes share the work. Default 1. */
  readonly step?: number;
  /** No seed is begun after so many milliseconds. */
  readonly limitMs: number;
  readonly onFailure?: (result: SimulationResult) => void;
}

export interface SeedsOutcome {
  readonly ran: number;
  /** One text for each seed that failed: what was violated, and how to see it again. */
  readonly failures: readonly string[];
  /** Of wall time, a seed. */
  readonly medianMs: number;
}

/** Runs seeds one after the other, as many as there are or the time allows. */
export async function runSeeds({ first, count, step = 1, limitMs, onFailure }: SeedsOptions): Promise<SeedsOutcome> {
  const started = performance.now();
  const failures: string[] = [];
  const times: number[] = [];
  for (let index = 0; index < count && performance.now() - started < limitMs; index++) {
    const begun = performance.now();
    const result = await simulate({ seed: first + index * step });
    times.push(performance.now() - begun);
    if (result.violations.length === 0) continue;
    failures.push(describeFailure(result));
    onFailure?.(result);
  }
  times.sort((left, right) => left - right);
  return { ran: times.length, failures, medianMs: times[times.length >>> 1] ?? 0 };
}

export function describeFailure({ seed, violations, faults }: SimulationResult): string {
  const seen = violations
    .slice(0, 5)
    .map(({ at, invariant, message }) => `  ${(at / 1000).toFixed(3)} s ${invariant}: ${message}`);
  const done = faults.map(({ kind, atMs, machine }) => `${(atMs / 1000).toFixed(1)} s ${kind} ${machine}`);
  return [
    `seed ${seed} failed; again with its trace: SIMULATION_SEED=${seed} SIMULATION_SEEDS=1 node dist/simulation.mjs`,
    ...seen,
    `  faults: ${done.join(", ")}`,
  ].join("\n");
}
