import { type Coordinates, movedMs } from "../coordinates/index.ts";
import type { NetworkPlace, NetworkReport } from "../protocol/index.ts";
import type { HostNetwork, HostPlace } from "./fabric.ts";
import type { LinkClock } from "./link-clock.ts";

interface Facts {
  readonly report: NetworkReport | undefined;
  readonly clock: Pick<LinkClock, "roundTripMs" | "best"> | undefined;
  readonly server: Coordinates;
  readonly nowAt: number;
  readonly before: HostNetwork | undefined;
  readonly nameOf: (uid: string) => string | undefined;
}

/** What is known by one round trip alone. */
const serverError = 1;
/** A measurement is another one when it is off by so much of itself, and by more than noise. */
const noticeableShare = 0.25;
const noticeableMs = 1;
const noticeableOffsetMs = 5;

/** Where a machine is, by what it has measured to others; else by the server's round trip to it alone. */
export function networkOf(facts: Facts): HostNetwork {
  const { report, clock, before, nameOf } = facts;
  const roundTripMs = settled(before?.roundTripMs, clock?.roundTripMs);
  const best = clock?.best;
  const clockOffsetMs = best && settledOffset(before?.clockOffsetMs, best.offsetMs, best.roundTripMs);
  const place = report?.place === undefined ? behindServer(facts, roundTripMs) : measuredPlace(report.place, nameOf);
  return {
    ...(place !== undefined && { place }),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...(clockOffsetMs !== undefined && { clockOffsetMs }),
  };
}

function measuredPlace(
  { roundTrips, stale, ...place }: NetworkPlace,
  nameOf: (uid: string) => string | undefined,
): HostPlace {
  const named = Object.entries(roundTrips).flatMap(([uid, ms]) => {
    const resource = nameOf(uid);
    return resource === undefined ? [] : [{ resource, ms }];
  });
  const { x, y, z, height, error, at } = place;
  return {
    ...{ x, y, z, height, error, at },
    by: "Peers",
    roundTrips: named.sort((left, right) => left.ms - right.ms),
    ...(stale === true && { stale }),
  };
}

/**
 * One that no peer reaches is behind the server: as far from any other as the server is, and its own way to it. That is
 * the longest that it can be, so that a latency which is kept by it is kept.
 */
function behindServer({ server, nowAt, before }: Facts, roundTripMs: number | undefined): HostPlace | undefined {
  if (roundTripMs === undefined) return undefined;
  const { x, y, z } = server;
  const place = { x: tenth(x), y: tenth(y), z: tenth(z), height: tenth(Math.max(0.1, roundTripMs)) };
  const last = before?.place;
  const step = Math.max(noticeableMs, roundTripMs * noticeableShare);
  if (last?.by === "Server" && movedMs(last, place) <= step) return last;
  return { ...place, error: serverError, at: new Date(nowAt).toISOString(), by: "Server", roundTrips: [] };
}

function settled(before: number | undefined, ms: number | undefined): number | undefined {
  if (ms === undefined) return before;
  const isSame = before !== undefined && Math.abs(before - ms) <= Math.max(noticeableMs, before * noticeableShare);
  return isSame ? before : tenth(ms);
}

/** Half of what is on its way is not known. */
function settledOffset(before: number | undefined, offsetMs: number, roundTripMs: number): number {
  const isSame = before !== undefined && Math.abs(before - offsetMs) <= noticeableOffsetMs + roundTripMs / 2;
  // No −0: it is written as 0 and would never be the same.
  return isSame ? before : Math.round(offsetMs) + 0;
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

export function isSameNetwork(left: HostNetwork, right: HostNetwork): boolean {
  const { place: before, ...others } = left;
  const { place: after, ...now } = right;
  const isSamePlace = before?.at === after?.at && before?.by === after?.by && before?.stale === after?.stale;
  return isSamePlace && others.roundTripMs === now.roundTripMs && others.clockOffsetMs === now.clockOffsetMs;
}
