import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExchangeMachine, type Feed, type Feeds, planSources, type SourcesInput } from "./sources-plan.ts";

const nobody: Feeds = new Map();

function machine(index: number, over: Partial<ExchangeMachine> = {}): ExchangeMachine {
  return {
    uid: `m${String(index).padStart(3, "0")}`,
    group: "lab",
    site: "",
    wants: ["a"],
    holds: new Set(),
    canServe: true,
    canAsk: true,
    avoid: new Set(),
    ...over,
  };
}

const many = (count: number, over: (index: number) => Partial<ExchangeMachine> = () => ({})): ExchangeMachine[] =>
  Array.from({ length: count }, (_, index) => machine(index, over(index)));

function plan(machines: readonly ExchangeMachine[], over: Partial<SourcesInput> = {}): Feeds {
  return planSources({ machines, seeds: 4, uploads: 4, before: nobody, ...over });
}

const feedOf = (feeds: Feeds, uid: string, digest = "a"): Feed | undefined => feeds.get(uid)?.get(digest);

function sourcesOf(feeds: Feeds, digest = "a"): readonly string[] {
  return [...feeds.keys()].flatMap((uid) => {
    const feed = feedOf(feeds, uid, digest);
    return feed === undefined || feed === "server" ? [] : [feed[0]];
  });
}

function fromServer(feeds: Feeds, digest = "a"): readonly string[] {
  return [...feeds.keys()].filter((uid) => feedOf(feeds, uid, digest) === "server");
}

function loads(feeds: Feeds): readonly number[] {
  const count = new Map<string, number>();
  for (const digest of ["a", "b"])
    for (const uid of sourcesOf(feeds, digest)) count.set(uid, (count.get(uid) ?? 0) + 1);
  return [...count.values()];
}

/** How many hand the package on between the server, or who has it, and the machine; throws where they never end. */
function depthOf(feeds: Feeds, uid: string, digest = "a"): number {
  let depth = 0;
  for (let feed = feedOf(feeds, uid, digest); Array.isArray(feed); feed = feedOf(feeds, feed[0], digest))
    if (++depth > feeds.size) throw new Error("they get it from each other");
  return depth;
}

test("B-PKG-9: of a hundred machines four get a package from the server, and each gives it to four at most", () => {
  const feeds = plan(many(100));
  expect(feeds.size).toBe(100);
  expect(fromServer(feeds)).toHaveLength(4);
  expect(Math.max(...loads(feeds))).toBe(4);
  expect(Math.max(...[...feeds.keys()].map((uid) => depthOf(feeds, uid)))).toBe(3);
});

test("few machines get all from the server, as do those of which nobody else wants the same", () => {
  expect(fromServer(plan(many(4)))).toHaveLength(4);
  expect(fromServer(plan(many(8, (index) => ({ group: `g${index % 2}` }))))).toHaveLength(8);
  expect(fromServer(plan(many(8, (index) => ({ wants: [`d${index}`] }))), "d7")).toHaveLength(1);
});

test("who has a package gives it, and the server does not where enough have it", () => {
  const machines = many(24, (index) => (index < 5 ? { wants: [], holds: new Set(["a"]) } : {}));
  const feeds = plan(machines);
  expect(fromServer(feeds)).toEqual([]);
  expect(feeds.size).toBe(19);
  expect([...feeds.keys()].every((uid) => depthOf(feeds, uid) === 1)).toBe(true);
});

test("several packages at once: nobody gives more than its share of all of them", () => {
  const feeds = plan(many(60, () => ({ wants: ["a", "b"] })));
  expect(Math.max(...loads(feeds))).toBeLessThanOrEqual(4);
  expect(fromServer(feeds, "b").length).toBeGreaterThanOrEqual(4);
});

test("what has been planned stays, whoever comes or has got it meanwhile", () => {
  const before = plan(many(40));
  const done = new Set(fromServer(before));
  const machines = many(50, (index) => (done.has(machine(index).uid) ? { wants: [], holds: new Set(["a"]) } : {}));
  const after = plan(machines, { before });
  for (const [uid, feeds] of before) if (!done.has(uid)) expect(feedOf(after, uid)).toEqual(feeds.get("a"));
  expect(fromServer(after)).toEqual([]);
});

test("where a source is gone, cheats or could not be reached, others take its place, and only theirs", () => {
  const before = plan(many(40));
  const [gone = ""] = sourcesOf(before);
  const left = many(40).filter(({ uid }) => uid !== gone);
  const after = plan(left, { before });
  const isOf = (uid: string): boolean => feedOf(before, uid)?.[0] === gone;
  for (const { uid } of left) {
    if (isOf(uid)) expect(feedOf(after, uid)).not.toContain(gone);
    else expect(feedOf(after, uid)?.[0]).toEqual(feedOf(before, uid)?.[0]);
  }
  const silent = plan(
    many(40, (index) => (machine(index).uid === gone ? { canServe: false } : {})),
    { before },
  );
  expect(sourcesOf(silent)).not.toContain(gone);
  const cut = machine(39);
  const avoided = plan([...many(39), { ...cut, avoid: new Set([feedOf(before, cut.uid)?.[0] ?? ""]) }], { before });
  expect(feedOf(avoided, cut.uid)).not.toContain(feedOf(before, cut.uid)?.[0]);
});

test("B-PKG-10: who can reach nobody gets all from the server", () => {
  const feeds = plan(many(20, (index) => ({ canAsk: index < 10 })));
  expect(fromServer(feeds).length).toBeGreaterThanOrEqual(10);
  const closed = plan(many(20, () => ({ canServe: false })));
  expect(fromServer(closed)).toHaveLength(20);
});

test("near machines come first: of the same site, the parent and those who share it", () => {
  const machines = many(60, (index) => ({ site: index % 2 === 0 ? "east" : "west" }));
  const feeds = plan(machines);
  const siteOf = new Map(machines.map(({ uid, site }) => [uid, site]));
  const far = [...feeds.keys()].filter((uid) => {
    const feed = feedOf(feeds, uid);
    return Array.isArray(feed) && siteOf.get(feed[0]) !== siteOf.get(uid);
  });
  expect(far.length).toBeLessThanOrEqual(1);
  const tree = many(20, (index) =>
    index < 10 ? { wants: [], holds: new Set(["a"]) } : { parent: `m00${index - 10}` },
  );
  for (const { uid, parent } of tree.slice(10)) expect(feedOf(plan(tree), uid)?.[0]).toBe(parent);
});

test("whatever comes and goes, everyone is fed by somebody who has the package in the end, and none by too many", () => {
  const step = fc.record({
    gone: fc.subarray(many(30).map(({ uid }) => uid)),
    has: fc.subarray(many(30).map(({ uid }) => uid)),
    deaf: fc.subarray(many(30).map(({ uid }) => uid)),
    avoid: fc.nat(29),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let before: Feeds = nobody;
      for (const { gone, has, deaf, avoid } of steps) {
        const machines = many(30, (index) => {
          const { uid } = machine(index);
          const digests = has.includes(uid) ? { wants: [], holds: new Set(["a"]) } : {};
          return { ...digests, canServe: !deaf.includes(uid), avoid: new Set([machine(avoid).uid]) };
        }).filter(({ uid }) => !gone.includes(uid));
        const feeds = plan(machines, { before });
        const wanting = machines.filter(({ wants }) => wants.length > 0);
        expect([...feeds.keys()].sort()).toEqual(wanting.map(({ uid }) => uid).sort());
        for (const { uid } of wanting) {
          depthOf(feeds, uid);
          for (const source of [feedOf(feeds, uid) ?? []].flat()) {
            if (source === "server") continue;
            const found = machines.find((one) => one.uid === source);
            expect(found?.canServe).toBe(true);
            expect(found?.uid).not.toBe(machine(avoid).uid);
          }
        }
        expect(Math.max(0, ...loads(feeds))).toBeLessThanOrEqual(4);
        before = feeds;
      }
    }),
  );
});
