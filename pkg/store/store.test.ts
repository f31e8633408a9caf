import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { openStore, type StoreOptions } from "./open-store.ts";
import type { Change, Store, WatchHandler } from "./store.ts";

let directory: string;
const open: Store[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-store-"));
});

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function openHere(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ directory: join(directory, "store"), clock: new FakeClock(), ...options });
  open.push(store);
  return store;
}

const put = (key: string, text: string) => ({ key, value: (revision: number) => ({ text, revision }) });
const drop = (key: string) => ({ key, value: undefined });
const texts = (store: Store, prefix: string, options = {}) =>
  store.list(prefix, options).entries.map(({ key, value }) => `${key}=${value["text"]}`);

function collect(into: string[], onEnd: () => void = () => {}): WatchHandler {
  const show = ({ key, current, previous }: Change): string =>
    `${key}:${previous?.value["text"] ?? ""}>${current?.value["text"] ?? ""}`;
  return { onChanges: (changes, revision) => into.push(`${revision} ${changes.map(show).join(" ")}`), onEnd };
}

test("a commit is atomic, becomes visible when durable, and is there after reopening", async () => {
  const store = await openHere();
  const { clusterUid, term, revision: start } = store;
  const pending = store.commit([{ key: "/a/x", revision: 0 }], [put("/a/x", "1"), put("/a/y", "1"), put("/b/x", "1")]);
  expect(store.get("/a/x")).toBeUndefined();
  expect(store.head("/a/x")?.revision).toBe(start + 1);
  const { revision, entries } = await pending;
  expect(revision).toBe(start + 1);
  expect(entries[0]).toBe(store.get("/a/x"));
  expect(store.get("/a/x")?.value).toEqual({ text: "1", revision });
  expect(Object.isFrozen(store.get("/a/x")?.value)).toBe(true);

  await expect(store.commit([{ key: "/a/x", revision: 0 }], [put("/a/z", "2")])).rejects.toMatchObject({
    reason: "Conflict",
    details: { name: "/a/x" },
  });
  await store.commit([{ key: "/a/x", revision }], [put("/a/x", "2"), drop("/a/y")]);
  expect(texts(store, "/a/")).toEqual(["/a/x=2"]);
  expect(store.get("/a/x")).toMatchObject({ revision: revision + 1, createRevision: revision });
  await store.close();

  const again = await openHere();
  expect(again).toMatchObject({ clusterUid, term, revision: revision + 1 });
  expect(texts(again, "/")).toEqual(["/a/x=2", "/b/x=1"]);
  expect(texts(again, "/", { revision })).toEqual(["/a/x=1", "/a/y=1", "/b/x=1"]);
});

test("of two commits from one base the second is refused at once, while the first is pending", async () => {
  const store = await openHere();
  const outcomes = await Promise.allSettled([
    store.commit([{ key: "/k", revision: 0 }], [put("/k", "first")]),
    store.commit([{ key: "/k", revision: 0 }], [put("/k", "second")]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(store.get("/k")?.value["text"]).toBe("first");
});

test("a watch replays history and goes on live, one call a commit", async () => {
  const store = await openHere();
  const start = store.revision;
  await store.commit([], [put("/a/1", "x"), put("/b/1", "x"), put("/a/2", "y")]);
  await store.commit([], [put("/b/1", "z")]);
  const seen: string[] = [];
  const watcher = store.watch("/a/", start, collect(seen));
  expect(seen).toEqual([`${start + 1} /a/1:>x /a/2:>y`]);
  await store.commit([], [drop("/a/1")]);
  expect(seen[1]).toBe(`${start + 3} /a/1:x>`);
  watcher.close();
  await store.commit([], [put("/a/1", "again")]);
  expect(seen).toHaveLength(2);
});

test("lists page by key and count what remains", async () => {
  const store = await openHere();
  const names = Array.from({ length: 1500 }, (_, index) => `/n/${String(index).padStart(5, "0")}`);
  await store.commit([], [...names.map((name) => put(name, "")), put("/m/1", ""), put("/o/1", "")]);
  const first = store.list("/n/", { limit: 700 });
  expect(first).toMatchObject({ more: true, remaining: 800 });
  const rest = store.list("/n/", { after: first.entries.at(-1)?.key ?? "", revision: first.revision });
  expect([...first.entries, ...rest.entries].map(({ key }) => key)).toEqual(names);
  expect(rest).toMatchObject({ more: false, remaining: 0 });
});

test("pages of a list are those of its revision, whatever is written between them", async () => {
  const store = await openHere();
  const names = Array.from({ length: 40 }, (_, index) => `/n/${String(index).padStart(2, "0")}`);
  await store.commit([], [...names.map((name) => put(name, "first")), put("/m/1", "")]);
  const { revision } = store;
  const pages = [store.list("/n/", { limit: 10 })];
  for (let round = 0; pages.at(-1)?.more === true; round++) {
    await store.commit(
      [],
      [put(names[round] ?? "", "later"), put(`/n/${round}-new`, ""), drop(names[39 - round] ?? "")],
    );
    await store.commit([], [put("/m/1", String(round))]);
    const after = pages.at(-1)?.entries.at(-1)?.key ?? "";
    pages.push(store.list("/n/", { limit: 10, after, revision }));
  }
  expect(pages.map(({ remaining }) => remaining)).toEqual([30, 20, 10, 0]);
  const entries = pages.flatMap((page) => page.entries);
  expect(entries.map(({ key }) => key)).toEqual(names);
  expect(new Set(entries.map(({ value }) => value["text"]))).toEqual(new Set(["first"]));
});

test("a watch of old history tells it in order, then what was written meanwhile, each once", async () => {
  const store = await openHere();
  const start = store.revision;
  const count = 1200; // more than a page of the log
  await Promise.all(Array.from({ length: count }, (_, n) => store.commit([], [put("/a/1", `${n}`), put("/b/1", "")])));
  await store.close();
  const again = await openHere();
  const seen: string[] = [];
  const watcher = again.watch("/a/", start, collect(seen));
  const gone: string[] = [];
  again.watch("/a/", start, collect(gone)).close();
  expect(watcher.isLive).toBe(false);
  await again.commit([], [put("/a/1", "meanwhile")]);
  await expect.poll(() => watcher.isLive).toBe(true);
  await again.commit([], [put("/a/1", "live")]);
  expect(seen.map((line) => line.split(">")[1])).toEqual([
    ...Array.from({ length: count }, (_, n) => `${n}`),
    ...["meanwhile", "live"],
  ]);
  expect(gone).toEqual([]);
});

test("a watch whose history is still to be read ends with the store", async () => {
  const store = await openHere();
  const start = store.revision;
  await store.commit([], [put("/a/1", "x")]);
  await store.close();
  const again = await openHere();
  let ends = 0;
  again.watch("/a/", start, { onChanges: () => {}, onEnd: () => ends++ });
  await again.close();
  expect(ends).toBe(1);
});

test("a value that somebody holds is not made a second time, however many others were read since", async () => {
  const store = await openHere();
  const value = async (key: string) => (await store.commit([], [put(key, key)])).entries[0]?.value;
  const held = await value("/held");
  const writes = Array.from({ length: 5000 }, (_, index) => put(`/other/${index}`, ""));
  await store.commit([], writes);
  expect(store.get("/held")?.value).toBe(held);
  expect(store.get("/held")?.peek()).toBe(held);
  expect(store.get("/other/0")?.value).toEqual({ text: "", revision: store.revision });
});

test("what was there before the file was opened again is recalled by another thread, and then listed", async () => {
  const store = await openHere();
  await store.commit([], [put("/a/1", "old"), put("/a/2", "old"), put("/b/1", "old")]);
  const { revision } = store;
  for (let n = 0; n < 700; n++) void store.commit([], [put("/a/1", `${n}`), put(`/a/new-${n}`, "")]);
  await store.commit([], [drop("/a/2")]);
  await store.close();
  const again = await openHere();
  const recalled = again.recall("/a/", revision);
  // Of what is written while the file is read nothing is taken for the past.
  await again.commit([], [put("/a/3", "meanwhile"), put("/a/1", "meanwhile")]);
  await recalled;
  await again.commit([], [put("/a/1", "later")]);
  expect(texts(again, "/a/", { revision })).toEqual(["/a/1=old", "/a/2=old"]);
  expect(again.list("/a/", { revision, limit: 1 })).toMatchObject({ more: true, remaining: 1 });
  expect(texts(again, "/a/", { revision, after: "/a/1" })).toEqual(["/a/2=old"]);
  await expect(again.recall("/a/", 0)).rejects.toMatchObject({ reason: "Expired" });
});

test("marks tell when revisions were", async () => {
  const clock = new FakeClock();
  const store = await openHere({ clock });
  for (let n = 0; n < 3; n++) {
    await store.commit([], [put("/a/1", `${n}`)]);
    await clock.advance(15_000);
  }
  const [first, , third] = store.marks;
  expect(store.marks).toHaveLength(3);
  expect((third?.at ?? 0) - (first?.at ?? 0)).toBe(30_000);
  expect(third?.revision).toBe(store.revision);
});
