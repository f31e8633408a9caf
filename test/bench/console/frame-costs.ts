/** An event of Chromium's trace, as far as it is read here. Times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of that, what the thread had a processor for. */
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly frame?: string; readonly isMainFrame?: boolean };
  };
}

/** A screen of sixty frames a second. */
const frameUs = 1_000_000 / 60;

/**
 * What the page's main thread worked in each frame's time, in milliseconds: script, style, layout, paint, and whatever else it
 * did, as far as it had a processor. Frames in which it did nothing count as 0; a task counts where it begins, however long it is.
 */
export function frameCosts(events: readonly TraceEvent[]): readonly number[] {
  const threads = mainThreads(events);
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && threads.has(`${pid} ${tid}`),
  );
  const first = Math.min(...tasks.map(({ ts }) => ts));
  const last = Math.max(...tasks.map(({ ts }) => ts));
  if (tasks.length === 0) return [];
  const costs = new Array<number>(Math.floor((last - first) / frameUs) + 1).fill(0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = Math.floor((ts - first) / frameUs);
    costs[frame] = (costs[frame] ?? 0) + tdur / 1000;
  }
  return costs;
}

function mainThreads(events: readonly TraceEvent[]): ReadonlySet<string> {
  const named = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const busiest = new Map<string, number>();
  for (const { pid, tid } of named) busiest.set(`${pid} ${tid}`, 0);
  for (const { name, pid, tid, dur = 0 } of events) {
    const thread = `${pid} ${tid}`;
    if (name === "RunTask" && busiest.has(thread)) busiest.set(thread, (busiest.get(thread) ?? 0) + dur);
  }
  // A browser has renderers in reserve: the page's is the one that works.
  const [page] = [...busiest].sort(([, a], [, b]) => b - a);
  return new Set(page === undefined ? [] : [page[0]]);
}
