const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration as manifests write it: "500ms", "1m30s", "24h", "2d", "0s". Returns milliseconds, or undefined
 * where the text is none.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitsMs[unit ?? ""] ?? 0);
  }
  return Math.round(total);
}

/** Milliseconds of a duration that has been validated already; throws where it was not. */
export function durationMs(text: string): number {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`not a duration: ${JSON.stringify(text)}`);
  return parsed;
}

/** Writes milliseconds as a person reads them: "850ms", "12s", "3m20s", "5h", "2d3h": two units at most. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.floor(milliseconds / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("");
}

/** RFC 3339 with seconds and Z, as Kubernetes writes metadata times. */
export function formatTimestamp(milliseconds: number): string {
  return `${secondText(milliseconds)}Z`;
}

/** The second that was asked for last: what is written down happens now, again and again. */
let lastSecond = Number.NaN;
let lastText = "";

/** "2026-11-22T18:34:26". */
function secondText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastText = new Date(milliseconds).toISOString().slice(0, 19);
    lastSecond = second;
  }
  return lastText;
}

/** RFC 3339 with microseconds, as Kubernetes' MicroTime; used where sub-second order matters. */
export function formatMicroTime(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return `${secondText(whole)}.${String(whole - Math.floor(whole / 1000) * 1000).padStart(3, "0")}000Z`;
}

/** Milliseconds of an RFC 3339 timestamp, or undefined. */
export function parseTimestamp(text: string): number | undefined {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
