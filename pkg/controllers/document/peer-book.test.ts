import { expect, test, vi } from "vitest";
import type { PeerEntry, PeersDocument } from "../../protocol/index.ts";
import { PeerBook } from "./peer-book.ts";
import type { PeerComponents } from "./peers-plan.ts";

const member = (ordinal: number, more: Partial<PeerEntry> = {}): PeerEntry => ({
  ordinal,
  address: `10.0.0.${ordinal}`,
  ports: {},
  resource: `m${ordinal}`,
  epoch: 1,
  ready: false,
  ...more,
});
const one: PeerComponents = { web: [member(0)] };
const two: PeerComponents = { web: [member(0), member(1)] };
const ready: PeerComponents = { web: [member(0), member(1, { ready: true })] };

/** The source that says these members; `read` has one that starts something, or that holds what it was told. */
function aBook() {
  const book = new PeerBook();
  const states = [one, two, ready];
  const build = vi.fn((members: PeerComponents) => structuredClone(members));
  return {
    build,
    roundIn: (now: number) => book.roundIn("g", now),
    read: (members: PeerComponents, at: number, reader: PeersDocument | "starts", generation = 7) =>
      book.read(
        { group: "g", state: `${states.indexOf(members)}`, build: () => build(members) },
        generation,
        at,
        reader === "starts" ? { starts: true } : { starts: false, held: reader },
      ),
  };
}

test("B-FIL-3: who starts something knows the newest peers; all others are told at once after a while of quiet, else with the next round", () => {
  const { read, roundIn } = aBook();
  const first = read(one, 0, "starts").peers;
  const second = read(two, 1000, first).peers;
  expect(second.components).toEqual(two);
  expect(roundIn(1000)).toBe(200);
  // Within the round: one that starts does not wait, and does not go back; one that does not start waits.
  const third = read(ready, 1050, "starts").peers;
  expect(third.components).toEqual(ready);
  expect(read(ready, 1060, third).peers).toBe(third);
  expect(read(ready, 1060, second)).toEqual({ peers: second, staleForMs: 140 });
  expect(read(ready, 1200, second)).toEqual({ peers: third });
});

test("numbers only rise, and the same members keep theirs", () => {
  const { read, build } = aBook();
  const first = read(one, 0, "starts", 5).peers;
  expect(first.revision).toBe(5);
  const second = read(two, 1000, first, 5).peers;
  expect(second.revision).toBe(6);
  expect(read(two, 1001, "starts", 9).peers).toBe(second);
  expect(build).toHaveBeenCalledTimes(2);
  const book = new PeerBook();
  const same = ["1", "2"].map((state) =>
    book.read({ group: "g", state, build: () => structuredClone(two) }, 5, 0, { starts: true }),
  );
  expect(same[0]?.peers).toBe(same[1]?.peers);
});

test("a thousand members that come one after another are told to a thousand in a few rounds", () => {
  const members = (count: number): PeerComponents => ({ web: Array.from({ length: count }, (_, at) => member(at)) });
  const book = new PeerBook();
  const built = vi.fn(members);
  const held = new Map<number, PeersDocument>();
  let told = 0;
  // One comes each millisecond; whoever is there is looked at each time.
  for (let count = 1; count <= 200; count++) {
    for (let reader = 0; reader < count; reader++) {
      const before = held.get(reader);
      const source = { group: "g", state: `${count}`, build: () => built(count) };
      const { peers } = book.read(source, count, count, {
        starts: false,
        ...(before !== undefined && { held: before }),
      });
      if (peers !== before) told += 1;
      held.set(reader, peers);
    }
  }
  expect(built.mock.calls.length).toBeLessThan(15);
  expect(told).toBeLessThan(200 * 3);
});
