import { expect, test } from "vitest";
import { aHost, aResource, connected } from "../../../test/support/builders.ts";
import type { ResourceStatus } from "../../api/index.ts";
import type { HostNetwork, HostPlace } from "../../fabric/index.ts";
import { equalJson } from "../../merge/index.ts";
import { defaultMonitors } from "./observe.ts";
import { planResource } from "./plan.ts";

const begin = Date.parse("2026-01-02T00:00:00Z");
const place: HostPlace = {
  ...{ x: 12.34, y: -3, z: 0.2, height: 1.5, error: 0.08, by: "Peers", at: "2026-01-02T00:00:00Z" },
  roundTrips: [
    { resource: "n2", ms: 0.4 },
    { resource: "n7", ms: 81.2 },
  ],
};

function statusAfter(
  before: ResourceStatus | undefined,
  { atMs, load, network }: { readonly atMs: number; readonly load: number; readonly network: HostNetwork },
): ResourceStatus {
  const host = { ...aHost, attributes: { ...aHost.attributes, "cpu.cores": 4, "load.1m": load } };
  const observation = { ...connected([], host), network };
  const resource = aResource("n1", before === undefined ? {} : { status: before });
  return planResource({ resource, observation, monitors: defaultMonitors, nowAt: begin + atMs }).status;
}

test("B-SENSE-10: what sensors say is written where it changes, and a machine at rest is not written", () => {
  const network = { place, roundTripMs: 12.5, clockOffsetMs: -3 };
  const first = statusAfter(undefined, { atMs: 0, load: 0.2, network });
  expect(first).toMatchObject({
    attributes: { "load.1m": 0.2, "server.roundTrip": 12.5, "clock.offset": -3 },
    coordinates: { x: 12.34, height: 1.5, by: "Peers", summary: "(12, -3, 0) + 1.5 ms, ±8%, 2 peers" },
    roundTrips: place.roundTrips,
    measuredAt: "2026-01-02T00:00:00Z",
  });
  let status = first;
  let writes = 0;
  for (let sample = 1; sample <= 1000; sample++) {
    const next = statusAfter(status, { atMs: sample * 10_000, load: 0.2 + (sample % 9) / 10, network });
    if (!equalJson(next, status)) writes++;
    status = next;
  }
  expect(writes).toBe(0);
  const busy = statusAfter(status, { atMs: 20_000_000, load: 6, network });
  expect(busy).toMatchObject({ attributes: { "load.1m": 6 }, measuredAt: "2026-01-02T05:33:20Z" });
  const stale = statusAfter(busy, {
    atMs: 20_000_000,
    load: 6,
    network: { ...network, place: { ...place, stale: true } },
  });
  expect(stale.coordinates).toMatchObject({ stale: true, summary: "(12, -3, 0) + 1.5 ms, stale" });
});
