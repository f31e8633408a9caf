import { expect, test } from "vitest";
import type { HostNetwork } from "./fabric.ts";
import { isSameNetwork, networkOf } from "./network-view.ts";

const nowAt = Date.parse("2026-01-02T00:00:00Z");
const server = { x: 10, y: 20, z: 0, height: 3 };
const report = { generation: 1, port: 7, silent: [] };
const place = {
  x: 1,
  y: 2,
  z: 3,
  height: 0.5,
  error: 0.1,
  at: "2026-01-01T00:00:00Z",
  roundTrips: { b: 9, a: 2, gone: 1 },
};
const nameOf = (uid: string): string | undefined => (uid === "gone" ? undefined : `machine-${uid}`);

function seen(roundTripMs: number, offsetMs = 0, before?: HostNetwork, measured?: typeof place): HostNetwork {
  return networkOf({
    ...{ server, nowAt, before, nameOf },
    report: measured === undefined ? report : { ...report, place: measured },
    clock: { roundTripMs, best: { roundTripMs, offsetMs } },
  });
}

test("B-SENSE-11: a machine that reaches no other counts as behind the server, at its own round trip", () => {
  const first = seen(40);
  expect(first).toEqual({
    place: { x: 10, y: 20, z: 0, height: 40, error: 1, at: "2026-01-02T00:00:00.000Z", by: "Server", roundTrips: [] },
    roundTripMs: 40,
    clockOffsetMs: 0,
  });
  // What is noise changes nothing that would have to be written.
  expect(isSameNetwork(first, seen(46, 20, first))).toBe(true);
  expect(seen(80, 0, first).place).toMatchObject({ height: 80 });
});

test("what a machine has measured itself comes before what the server has, and who has gone is left out", () => {
  const found = seen(40, 0, seen(40), place);
  expect(found.place).toMatchObject({ x: 1, height: 0.5, error: 0.1, by: "Peers" });
  expect(found.place?.roundTrips).toEqual([
    { resource: "machine-a", ms: 2 },
    { resource: "machine-b", ms: 9 },
  ]);
  expect(isSameNetwork(found, seen(41, 0, found, place))).toBe(true);
  expect(isSameNetwork(found, seen(41, 0, found, { ...place, at: "2026-01-01T00:01:00Z" }))).toBe(false);
});

test("a clock's offset is told where it is more than what is not known of it", () => {
  const first = seen(10, 1000.4);
  expect(first.clockOffsetMs).toBe(1000);
  expect(seen(10, 1008, first).clockOffsetMs).toBe(1000);
  expect(seen(10, 1012, first).clockOffsetMs).toBe(1012);
});
