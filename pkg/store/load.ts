import { damage } from "./database-fault.ts";
import { type Meta, readMeta } from "./meta.ts";
import type { Mark } from "./retention-plan.ts";
import { checkRow } from "./row-sum.ts";
import type { Sqlite } from "./sqlite.ts";
import type { Entry } from "./store.ts";
import { StoredEntry } from "./stored-entry.ts";

/** What a store holds in memory from its start. */
export interface LoadedState {
  readonly meta: Meta;
  readonly entries: readonly Entry[];
  /** Keys that expire, with the time. */
  readonly expiring: ReadonlyMap<string, number>;
  readonly marks: readonly Mark[];
}

type CurrentRow = readonly [
  key: string,
  revision: number,
  created: number | null,
  expires: number | null,
  value: string | null,
  sum: number | null,
];

/** Reads all that is current. Throws where anything is missing, or is not what was written. */
export function load(database: Sqlite): LoadedState {
  const rows = database
    .prepare<[], CurrentRow>(
      `SELECT current.key, current.revision, log.created, log.expires, log.value, log.sum
       FROM current LEFT JOIN log ON log.revision = current.revision AND log.key = current.key`,
    )
    .raw()
    .iterate();
  const meta = readMeta(database);
  const entries: Entry[] = [];
  const expiring = new Map<string, number>();
  for (const [key, revision, createRevision, expires, text, sum] of rows) {
    if (createRevision === null || text === null) throw damage(`${key} at revision ${revision} is missing`);
    checkRow(key, revision, text, sum);
    entries.push(new StoredEntry({ key, revision, createRevision, text }));
    if (expires !== null) expiring.set(key, expires);
  }
  if (entries.length !== meta.objects) throw damage(`it has ${entries.length} objects of ${meta.objects}`);
  const marks = database.prepare<[], Mark>("SELECT revision, at, bytes FROM marks ORDER BY revision").all();
  return { meta, entries, expiring, marks };
}
