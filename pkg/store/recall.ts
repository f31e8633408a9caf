import type { History } from "./history.ts";
import { changeOf } from "./log-reader.ts";
import type { Change } from "./store.ts";
import type { WorkerRequests } from "./worker-requests.ts";

/**
 * The first change of each key under a prefix after a revision: what stood there before is what stood there then. History
 * that is in memory no more is read by the worker, page by page. Up to date when it resolves.
 */
export async function recallList(
  prefix: string,
  revision: number,
  parts: { readonly history: History; readonly requests: WorkerRequests },
): Promise<readonly Change[]> {
  const { history, requests } = parts;
  const first = new Map<string, Change>();
  const take = (change: Change): void => {
    if (!first.has(change.key)) first.set(change.key, change);
  };
  let after = revision;
  // Memory moves on while the file is being read.
  while (after < history.start) {
    const range = { after, upTo: history.start, prefix };
    for (let from: number | undefined; ; ) {
      const { rows, next } = await requests.readLog(range, from);
      for (const row of rows) take(changeOf(row));
      if (next === undefined) break;
      from = next;
    }
    after = range.upTo;
  }
  for (const commit of history.since(after, prefix)) commit.forEach(take);
  return [...first.values()];
}
