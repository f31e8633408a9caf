import type { Refusal } from "./refusal.ts";

/** Reasons named in a summary; what is rarer is counted together. */
const namedReasons = 6;

/** "0/12 machines: 5 port 5000 taken, 4 cpu.cores below min 8, 3 not ready (Unreachable)". */
export function summarizeRefusals(refusals: readonly Refusal[], machines: number): string {
  return machines === 0 ? "there is no machine" : `0/${machines} machines: ${countRefusals(refusals)}`;
}

/** "5 port 5000 taken, 4 cpu.cores below min 8". */
export function countRefusals(refusals: readonly Refusal[]): string {
  const counts = new Map<string, number>();
  for (const { message } of refusals) counts.set(message, (counts.get(message) ?? 0) + 1);
  const ordered = [...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1));
  const named = ordered.slice(0, namedReasons).map(([message, count]) => `${count} ${message}`);
  const rest = ordered.slice(namedReasons).reduce((sum, [, count]) => sum + count, 0);
  return [...named, ...(rest > 0 ? [`${rest} for other reasons`] : [])].join(", ");
}
