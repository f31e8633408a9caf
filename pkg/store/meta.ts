import type { Sqlite } from "./sqlite.ts";

/** The facts about a store beside its objects. */
export interface Meta {
  readonly clusterUid: string;
  readonly term: number;
  /** Bindings count their epochs from here on; 0: from the first. */
  readonly epochFloor: number;
  /** Of the last durable commit. */
  readonly revision: number;
  readonly compacted: number;
  readonly swept: number;
  /** All bytes of values ever written to the log. */
  readonly bytes: number;
  /** How many there are now: one that is lost to a fault of the disk is missed. */
  readonly objects: number;
}

export function readMeta(database: Sqlite): Meta {
  const rows = database.prepare<[], { name: string; value: unknown }>("SELECT name, value FROM meta").all();
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  const number = (name: string): number => Number(values.get(name) ?? 0);
  return {
    clusterUid: String(values.get("clusterUid") ?? ""),
    term: number("term"),
    epochFloor: number("epochFloor"),
    revision: number("revision"),
    compacted: number("compacted"),
    swept: number("swept"),
    bytes: number("bytes"),
    objects: number("objects"),
  };
}

export function writeMeta(database: Sqlite, meta: Partial<Meta>): void {
  const statement = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  for (const [name, value] of Object.entries(meta)) statement.run(name, value);
}
