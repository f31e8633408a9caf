import { parseTimestamp } from "../clock/index.ts";

/** Time since a timestamp as kubectl shows it: 45s, 3m20s, 25m, 5h10m, 12h, 3d4h, 40d. */
export function age(timestamp: string, now: number): string {
  const at = parseTimestamp(timestamp);
  if (at === undefined) return "<unknown>";
  const seconds = Math.floor(Math.max(0, now - at) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return join(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return join(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (days < 8) return join(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  return join(Math.floor(days / 365), "y", days % 365, "d");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
