import { expect, test } from "vitest";
import { packPeers, peersDigest, unpackPeers } from "../../peers/index.ts";
import { sharedUnpack } from "./shared-peers.ts";

const entry = (ordinal: number, epoch: number) => {
  return { ordinal, address: "10.0.0.1", ports: {}, resource: "m", epoch, ready: true };
};
const stateAt = (epoch: number) => ({ web: [entry(0, 1), entry(1, 1), entry(2, epoch)] });

test("agents of one program share what they are sent, and each refuses what it would alone", () => {
  const unpack = sharedUnpack();
  const [before, after] = [stateAt(1), stateAt(2)];
  const [whole, changes] = [packPeers(after), packPeers(after, before)];
  const held = new Map([[peersDigest(before), before]]);
  const first = unpack(changes, held);
  expect(first).toEqual(after);
  expect(unpack(whole, new Map())).toBe(first);
  expect(unpack(changes, held)).toBe(first);
  for (const alone of [unpack, unpackPeers]) expect(() => alone(changes, new Map())).toThrow(/cannot be made/);
  // Only so many are kept.
  for (let epoch = 3; epoch < 60; epoch++) unpack(packPeers(stateAt(epoch)), new Map());
  expect(unpack(whole, new Map())).not.toBe(first);
});
