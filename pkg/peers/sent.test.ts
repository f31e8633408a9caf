import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PeerEntry } from "../protocol/index.ts";
import { type PeerComponents, packPeers, peersDigest, unpackPeers } from "./index.ts";

const name = fc.oneof(fc.constantFrom("web", "db", "7"), fc.string({ unit: "binary", maxLength: 3 }));
const entry = (ordinal: number) =>
  fc.record({
    ordinal: fc.constant(ordinal),
    address: fc.string({ unit: "binary", maxLength: 4 }),
    ports: fc.dictionary(name, fc.integer({ min: 1, max: 65_535 }), { maxKeys: 2, noNullPrototype: true }),
    resource: fc.constant("m"),
    epoch: fc.integer({ min: 1, max: 3 }),
    ready: fc.boolean(),
  });
/** Sorted by ordinal, as the server has them. */
const members = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 10 })
  .chain((ordinals) => fc.tuple(...ordinals.sort((left, right) => left - right).map(entry)));
const components = fc.dictionary(name, members, { maxKeys: 3, noNullPrototype: true });

const holding = (...held: PeerComponents[]) => new Map(held.map((one) => [peersDigest(one), one]));

test("B-DOC-1: peers are the same after their way, whole or as changes of whatever was there, and so is their text", () => {
  fc.assert(
    fc.property(components, components, (before, after) => {
      const hash = createHash("sha256").update(JSON.stringify(after)).digest("hex");
      expect(peersDigest(after)).toBe(`sha256:${hash}`);
      for (const sent of [packPeers(after), packPeers(after, before)]) {
        const taken = unpackPeers(JSON.parse(JSON.stringify(sent)), holding(before));
        expect(taken).toEqual(after);
        expect(JSON.stringify(taken)).toBe(JSON.stringify(after));
      }
    }),
    { numRuns: 100 },
  );
});

const one = (ordinal: number, epoch = 1): PeerEntry => ({
  ...{ ordinal, address: "10.0.0.1", ports: {}, resource: "m", epoch, ready: true },
});
const many = Array.from({ length: 500 }, (_, ordinal) => one(ordinal));
const [before, after] = [{ web: many }, { web: many.with(7, one(7, 2)) }];

test("B-DOC-1: one change among many is small, also where it goes with a member that has left; most of them are sent whole", () => {
  expect(packPeers(after, before).since).toBe(peersDigest(before));
  expect(packPeers({ web: many.toSpliced(3, 1) }, before).deflated.length).toBeLessThan(60);
  expect(packPeers({ web: many.map(({ ordinal }) => one(ordinal, 3)) }, before).since).toBeUndefined();
});

test("B-DOC-2: peers that are not what their digest says are none, whatever else they are", () => {
  const deflated = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString("base64");
  const { digest, since, deflated: good } = packPeers(after, before);
  const changes = since === undefined ? {} : { since };
  expect(unpackPeers({ digest, ...changes, deflated: good }, holding(before))).toEqual(after);
  const faults = [
    deflated({ web: [] }),
    deflated(null),
    deflated({ web: 5 }),
    deflated("x"),
    "",
    "no base64 at all",
    good,
  ];
  for (const fault of faults)
    expect(() => unpackPeers({ digest, deflated: fault }, holding(before))).toThrow(/not those/);
  for (const fault of faults.slice(0, -1)) {
    const sent = { digest, ...changes, deflated: fault };
    expect(() => unpackPeers(sent, holding(before))).toThrow(expect.objectContaining({ reason: "Expired" }));
  }
  // Changes of what is not there any more.
  const lost = expect.objectContaining({ reason: "Expired" });
  expect(() => unpackPeers({ digest, ...changes, deflated: good }, holding(after))).toThrow(lost);
});
