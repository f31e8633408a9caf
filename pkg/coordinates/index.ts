/** Where machines are in the network, from the round trips that they measure: pure. */
export { type Coordinates, estimateMs, movedMs } from "./coordinates.ts";
export { Locator } from "./locator.ts";
export { RoundTrips } from "./round-trips.ts";
export type { Located } from "./vivaldi.ts";
