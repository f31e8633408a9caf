import fc from "fast-check";
import { expect, test } from "vitest";
import type { KubeObject } from "../api/index.ts";
import { ObjectCache, versionOf } from "./object-cache.ts";

function anObject(name: string, version: number, more: Partial<KubeObject["metadata"]> = {}): KubeObject {
  const metadata = { namespace: "default", name, uid: `${name}-uid`, resourceVersion: String(version), ...more };
  return { apiVersion: "v1", kind: "ConfigMap", metadata };
}

const owned = (uid: string) => ({
  ownerReferences: [{ apiVersion: "v1", kind: "Owner", name: "o", uid, controller: true }],
});
const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

test("finds objects by key, uid, namespace, owner and label, in key order, and follows what changes in them", () => {
  const cache = new ObjectCache();
  cache.upsert(anObject("b", 1, { labels: { app: "x" }, ...owned("o1") }));
  cache.upsert(anObject("a", 2, { labels: { app: "x" }, ...owned("o1") }));
  cache.upsert(anObject("c", 3, { labels: { app: "x" }, namespace: "other" }));
  expect(names(cache.list())).toEqual(["a", "b", "c"]);
  expect(names(cache.list("default"))).toEqual(["a", "b"]);
  expect(names(cache.ownedBy("o1"))).toEqual(["a", "b"]);
  expect(names(cache.withLabel("app", "x", "other"))).toEqual(["c"]);
  expect(cache.byUid("a-uid")).toBe(cache.get({ namespace: "default", name: "a" }));
  cache.upsert(anObject("a", 4, { labels: { app: "y" }, ...owned("o2") }));
  expect(names(cache.withLabel("app", "x"))).toEqual(["b", "c"]);
  expect(names(cache.ownedBy("o2"))).toEqual(["a"]);
});

test("an index that a reader asks for knows what was there before, and follows what changes", () => {
  const cache = new ObjectCache();
  cache.upsert(anObject("a", 1, { annotations: { at: "x" } }));
  const at = cache.index(({ metadata }) => Object.values(metadata.annotations ?? {}));
  cache.upsert(anObject("b", 2, { annotations: { at: "x", too: "y" } }));
  expect([names(at("x")), names(at("y")), at("z")]).toEqual([["a", "b"], ["b"], []]);
  cache.upsert(anObject("a", 3, { annotations: { at: "z" } }));
  cache.remove("b-uid");
  expect([at("x"), at("y"), names(at("z"))]).toEqual([[], [], ["a"]]);
});

test("whatever comes, changes and goes, and whenever it is listed, a list is in order, complete and of the newest", () => {
  const letters = [..."abcdefghijklmnopqrst"];
  const does = fc.constantFrom("put" as const, "put" as const, "remove" as const, "list" as const);
  const step = fc.record({ name: fc.constantFrom(...letters), does });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new ObjectCache();
      const there = new Map(letters.map((name) => [name, anObject(name, 1, { uid: name })]));
      for (const object of there.values()) cache.upsert(object);
      for (const [index, { name, does }] of steps.entries()) {
        const known = there.get(name);
        if (does === "list") cache.list();
        else if (does === "put") {
          // A uid is never used twice.
          const object = anObject(name, index + 2, { uid: known?.metadata.uid ?? `${name}-${index}` });
          there.set(name, object);
          cache.upsert(object);
        } else if (known !== undefined) {
          there.delete(name);
          cache.remove(known.metadata.uid ?? "");
        }
      }
      expect(cache.list()).toEqual([...there].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, it]) => it));
    }),
  );
});

test("a full list removes what it lacks, except what is newer than it", () => {
  const cache = new ObjectCache();
  for (const [name, version] of [
    ["gone", 1],
    ["kept", 2],
    ["written since", 9],
  ] as const) {
    cache.upsert(anObject(name, version));
  }
  const changes = cache.replace([anObject("kept", 2), anObject("new", 4)], 5);
  expect(changes.map(({ before, after }) => [before?.metadata.name, after?.metadata.name])).toEqual([
    ["gone", undefined],
    [undefined, "new"],
  ]);
  expect(names(cache.list())).toEqual(["kept", "new", "written since"]);
});

/** What happens to one name on the server, in order; each has the version of its index + 1. */
type Happening = { readonly object: KubeObject; readonly isDelete: boolean };

function makeHistory(actions: readonly ("write" | "delete")[]): Happening[] {
  let incarnation = 0;
  let lives = false;
  return actions.map((action, index) => {
    const isDelete = action === "delete" && lives;
    if (!lives) incarnation++;
    lives = !isDelete;
    return { object: anObject("a", index + 1, { uid: `uid-${incarnation}` }), isDelete };
  });
}

test("however the watch and the answers to own writes are mixed, nothing old comes back and the end is right", () => {
  const actions = fc.array(fc.constantFrom("write" as const, "write" as const, "delete" as const), { minLength: 1 });
  // Which of the happenings are this process's own, and how long (in watch events) before or after their answers come.
  const answers = fc.array(fc.record({ own: fc.nat(20), when: fc.nat(20) }), { maxLength: 12 });
  fc.assert(
    fc.property(actions, answers, (done, own) => {
      const history = makeHistory(done);
      const cache = new ObjectCache();
      let newest = 0;
      const deliver = ({ object, isDelete }: Happening): void => {
        if (isDelete) cache.remove(object.metadata.uid ?? "");
        else cache.upsert(object);
        const seen = cache.get({ namespace: "default", name: "a" });
        if (seen === undefined) return;
        expect(versionOf(seen)).toBeGreaterThanOrEqual(newest);
        newest = versionOf(seen);
      };
      for (let event = 0; event <= history.length; event++) {
        for (const answer of own) if (answer.when === event) deliver(history[answer.own % history.length] as Happening);
        if (event < history.length) deliver(history[event] as Happening);
      }
      const last = history.at(-1);
      expect(cache.get({ namespace: "default", name: "a" })).toBe(last?.isDelete ? undefined : last?.object);
    }),
    { numRuns: 500 },
  );
});
