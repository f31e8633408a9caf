import type { Attributes } from "./attributes.ts";

/** Measured values are told again when they have moved by so much, or a machine at rest would never be quiet. */
const noticeable = 0.05;
/** Load is small at rest, where a twentieth of it means nothing. */
const noticeableLoad = 0.5;
/** Traffic goes up and down by itself; less than this is none. */
const noticeableTraffic = 1 << 20;

/** Whether a sample differs from what was told by more than noise. */
export function isNoticeable(told: Attributes, next: Attributes): boolean {
  const names = new Set([...Object.keys(told), ...Object.keys(next)]);
  return [...names].some((name) => {
    const [before, after] = [told[name], next[name]];
    // Absent in the first sample, for want of one before it.
    if (name.startsWith("net.") && before === undefined) return typeof after === "number" && after > noticeableTraffic;
    if (typeof before !== "number" || typeof after !== "number") return before !== after;
    return Math.abs(after - before) > stepOf(name, before);
  });
}

function stepOf(name: string, before: number): number {
  if (name.startsWith("load.")) return Math.max(noticeableLoad, before * 0.25);
  if (name.startsWith("net.")) return Math.max(noticeableTraffic, before);
  // It grows all the time: told each time that it has doubled.
  if (name === "uptime") return before;
  return Math.abs(before) * (name.startsWith("bandwidth.") ? 0.25 : noticeable);
}
