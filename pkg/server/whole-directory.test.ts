import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { Closers } from "./closers.ts";
import { openFoundation } from "./foundation.ts";
import { installation } from "./installation.ts";

let scratch = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-whole-"));
  await writeFile(join(scratch, "agent.mjs"), "");
  return () => rm(scratch, { recursive: true, force: true });
});

/** Opens the data directory as a server does, writes once, and closes it. */
async function useOnce(): Promise<void> {
  const closers = new Closers();
  try {
    const { store } = await openFoundation(
      {
        dataDir: join(scratch, "data"),
        host: "127.0.0.1",
        port: 0,
        names: [],
        logLevel: "silent",
        logFormat: "text",
        ...installation,
        agentBundle: join(scratch, "agent.mjs"),
      },
      closers,
    );
    await store.commit([], [{ key: "/k", value: () => ({}) }]);
  } finally {
    await closers.closeAll();
  }
}

test.each([
  ["store", /store\.db is damaged \(it is gone\); bring back the newest backup with: plush restore FILE/],
  ["store/store.db", /store\.db is damaged \(it is gone\); bring back the newest backup with: plush restore FILE/],
  ["keys/secrets.key", /secrets\.key is gone, and Secrets cannot be read without it; put it back, or/],
  ["keys/document-key.pem", /document-key\.pem is gone, and agents know the server by it; put it back, or/],
  ["pki/ca.pem", /ca\.pem is gone, and clients know the server by it; put it back, or/],
])("B-DSK-2: %s that is gone is told, and not made anew", async (name, message) => {
  await useOnce();
  await rm(join(scratch, "data", name), { recursive: true });
  await expect(useOnce()).rejects.toThrow(message);
  await expect(useOnce()).rejects.toThrow(message);
});

test("B-DSK-2: what can be made anew without a loss is", async () => {
  await useOnce();
  for (const name of ["pki/server.pem", "pki/admin.pem"]) await rm(join(scratch, "data", name));
  await useOnce();
});
