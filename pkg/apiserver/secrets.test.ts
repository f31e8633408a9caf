import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { kinds } from "../api/index.ts";
import { lastAppliedAnnotation } from "../merge/index.ts";
import { makeSealer, openSealer } from "./sealer.ts";

const key = { namespace: "default", name: "s" };
const hidden = "hunter2-hunter2-hunter2";
const encoded = Buffer.from(hidden).toString("base64");

test("what a Secret holds is nowhere on disk, not in the annotation of client-side apply either", async () => {
  const { user, directory, store } = await openTestApi();
  const created = await user.create(kinds.Secret, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...key, annotations: { [lastAppliedAnnotation]: `{"stringData":{"a":"${hidden}"}}`, other: "shown" } },
    stringData: { a: hidden },
  } as never);
  expect(created).toMatchObject({ data: { a: encoded }, metadata: { annotations: { other: "shown" } } });
  expect(created).not.toHaveProperty("stringData");
  expect(created.metadata.annotations?.[lastAppliedAnnotation]).toContain(hidden);
  await store.backup(join(directory, "copy.db"));
  for (const folder of [directory, join(directory, "store")])
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(folder, entry.name), "latin1");
      expect(content.includes(hidden) || content.includes(encoded), entry.name).toBe(false);
    }
  expect((await stat(join(directory, "secrets.key"))).mode & 0o777).toBe(0o600);
});

test("a Secret reads the same from the store as when it was written, and an equal write is none", async () => {
  const { user, store, directory } = await openTestApi();
  const created = await user.create(kinds.Secret, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: key,
    data: { a: encoded },
  } as never);
  const revision = store.revision;
  const updated = await user.update(kinds.Secret, { ...created, stringData: { a: hidden } } as never);
  expect(updated).toBe(created);
  expect(store.revision).toBe(revision);
  // Another sealer of the same key has nothing in memory.
  const sealer = await openSealer(directory);
  const stored = store.get("/registry/core/secrets/default/s")?.value ?? {};
  expect(stored).not.toHaveProperty("data");
  expect(sealer.open(stored)).toEqual(created);
});

test("a sealed text opens with its own key and for its own object alone", () => {
  const sealer = makeSealer(Buffer.alloc(32, 1));
  const sealed = sealer.seal({ metadata: { uid: "u1" }, data: { a: encoded } });
  const fresh = makeSealer(Buffer.alloc(32, 1));
  expect(fresh.open(sealed)).toEqual({ metadata: { uid: "u1" }, data: { a: encoded } });
  expect(() => makeSealer(Buffer.alloc(32, 2)).open(sealed)).toThrow();
  expect(() => fresh.open({ ...sealed, metadata: { uid: "u2" } })).toThrow();
});
