import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import Database from "better-sqlite3";
import fastify from "fastify";
import { afterwards } from "../afterwards.ts";
import { endChild } from "../end-child.ts";

/** How this program is told to be the floor. */
export const floorArgument = "floor";

/**
 * The least that a durable write through HTTP costs with the parts that the server is made of: what comes in one turn of the
 * event loop is one transaction, and nothing is looked at. Takes etcd's puts, and prints its port.
 */
export async function runFloor(directory: string): Promise<void> {
  const database = new Database(join(directory, "floor.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE objects (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
  const insert = database.prepare("INSERT OR REPLACE INTO objects VALUES (?, ?)");
  let waiting: { readonly key: string; readonly value: string; readonly done: () => void }[] = [];
  const commit = database.transaction(() => {
    for (const { key, value } of waiting) insert.run(key, value);
  });
  const flush = (): void => {
    commit();
    const committed = waiting;
    waiting = [];
    for (const { done } of committed) done();
  };
  const app = fastify();
  app.post<{ Body: { readonly key: string; readonly value: string } }>("/v3/kv/put", async ({ body }) => {
    await new Promise<void>((done) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ ...body, done });
    });
    return {};
  });
  process.send?.(await app.listen({ host: "127.0.0.1", port: 0 }));
}

/** Starts it as a program of its own; resolves with its address, and with what ends it. */
export async function startFloor(
  directory: string,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const child = fork(process.argv[1] ?? "", [floorArgument, directory], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const stop = afterwards(() => endChild(child));
  const [url] = (await once(child, "message", { signal: AbortSignal.timeout(30_000) })) as [string];
  return { url, stop };
}
