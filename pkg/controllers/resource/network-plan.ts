import type { ResourceStatus } from "../../api/index.ts";
import type { HostNetwork } from "../../fabric/index.ts";

type Coordinates = NonNullable<ResourceStatus["coordinates"]>;

/** What is written of where a machine is in the network. The fabric says another thing only where it is noticeably another. */
export function networkFields({ place }: HostNetwork): Pick<ResourceStatus, "coordinates" | "roundTrips"> {
  if (place === undefined) return {};
  const { roundTrips, ...where } = place;
  const coordinates = { ...where, summary: summaryOf(where, roundTrips.length) };
  return { coordinates, ...(roundTrips.length > 0 && { roundTrips: [...roundTrips] }) };
}

/** What the server measures itself, among the attributes: requirements may be about it. */
export function networkAttributes({ roundTripMs, clockOffsetMs }: HostNetwork): Readonly<Record<string, number>> {
  return {
    ...(roundTripMs !== undefined && { "server.roundTrip": roundTripMs }),
    ...(clockOffsetMs !== undefined && { "clock.offset": clockOffsetMs }),
  };
}

function summaryOf({ x, y, z, height, error, by, stale }: Omit<Coordinates, "summary">, peers: number): string {
  if (by === "Server") return `behind the server, ${height} ms`;
  const place = `(${[x, y, z].map(Math.round).join(", ")}) + ${height} ms`;
  const quality = `±${Math.round(error * 100)}%, ${peers} ${peers === 1 ? "peer" : "peers"}`;
  return stale === true ? `${place}, stale` : `${place}, ${quality}`;
}
