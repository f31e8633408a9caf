/** Time: the clock port, its two implementations, durations and timestamps. Nothing else reads the clock. */
export { type Clock, sleep, systemClock } from "./clock.ts";
export {
  durationMs,
  formatDuration,
  formatMicroTime,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
} from "./duration.ts";
export { FakeClock } from "./fake-clock.ts";
