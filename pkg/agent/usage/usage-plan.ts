import type { ProcessUsage, Usage } from "../../protocol/index.ts";

/** What has been used up to an instant. */
export interface Meter {
  /** Processor time so far, milliseconds. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

export interface Sample {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly machine?: Meter;
  /** By run: another run of a process begins from nothing. */
  readonly runs: ReadonlyMap<string, RunMeter>;
}

export interface RunMeter extends Meter {
  /** Of the Process. */
  readonly uid: string;
}

/** Usage between two samples: processor time over the window, memory at its end. */
export function usageBetween(
  before: Sample,
  after: Sample,
): { readonly machine?: Usage; readonly processes: readonly ProcessUsage[] } {
  const windowMs = Math.max(1, after.at - before.at);
  const usage = (was: Meter | undefined, is: Meter): Usage => ({
    // What has ended takes its time with it where nobody counted it: less than before is nothing, not negative.
    cpuMillis: Math.round((Math.max(0, is.cpuMs - (was?.cpuMs ?? 0)) / windowMs) * 1000),
    memoryBytes: is.memoryBytes,
  });
  return {
    ...(before.machine !== undefined &&
      after.machine !== undefined && { machine: usage(before.machine, after.machine) }),
    // A run that was not there before began within the window.
    processes: [...after.runs].map(([run, meter]) => ({ uid: meter.uid, ...usage(before.runs.get(run), meter) })),
  };
}

/** One process of the system's table. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Its own and that of the children it has waited for, milliseconds. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/**
 * Sums the table up by the processes with the given pids: each with what is in its session, and with what descends from
 * it. What has left both is found by control groups alone.
 */
export function sumByRoot(rows: readonly ProcessRow[], roots: ReadonlySet<number>): ReadonlyMap<number, Meter> {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const sums = new Map<number, Meter>();
  for (const row of rows) {
    const root = roots.has(row.session) ? row.session : ancestorIn(roots, row, byPid);
    if (root === undefined) continue;
    const { cpuMs, memoryBytes } = sums.get(root) ?? { cpuMs: 0, memoryBytes: 0 };
    sums.set(root, { cpuMs: cpuMs + row.cpuMs, memoryBytes: memoryBytes + row.memoryBytes });
  }
  return sums;
}

function ancestorIn(
  roots: ReadonlySet<number>,
  row: ProcessRow,
  byPid: ReadonlyMap<number, ProcessRow>,
): number | undefined {
  // A table that was read while it changed may hold a circle.
  const seen = new Set<number>();
  for (let at: ProcessRow | undefined = row; at !== undefined && !seen.has(at.pid); at = byPid.get(at.parent)) {
    if (roots.has(at.pid)) return at.pid;
    seen.add(at.pid);
  }
  return undefined;
}
