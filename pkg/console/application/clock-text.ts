import { formatDuration } from "../../clock/index.ts";

/** "14:02:11.250": the time of day, where the day does not matter. */
export function clockText(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** How long something took: "250ms", "3.4s", "2m10s". */
export function spanText(ms: number): string {
  return ms >= 1000 && ms < 60_000 ? `${Number((ms / 1000).toFixed(1))}s` : formatDuration(Math.max(0, ms));
}
