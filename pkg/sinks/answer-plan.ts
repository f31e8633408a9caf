/** taken: it has it. refused: it will never take this one. gone: it wants no more. failed: it may take it later. */
export type Answer =
  | { readonly kind: "taken" }
  | { readonly kind: "refused" | "gone" | "failed"; readonly why: string };

/** Answers about the Event itself, which would be the same the next time. */
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** So much of an answer is shown. */
const shownLength = 120;

/** What a receiver's answer means for the Event. */
export function readAnswer(status: number, text: string): Answer {
  if (status >= 200 && status < 300) return { kind: "taken" };
  const why = `it answered ${status}${shown(text)}`;
  if (status === 410) return { kind: "gone", why };
  return { kind: refusals.has(status) ? "refused" : "failed", why };
}

function shown(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  if (line === "") return "";
  return `: ${line.length > shownLength ? `${line.slice(0, shownLength)}…` : line}`;
}

const firstRetryMs = 1000;
const maxRetryMs = 60_000;

/** How long until the next attempt, after so many; half of it at random. */
export function retryDelayMs(attempts: number, random: number): number {
  const fullMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 10));
  return fullMs / 2 + (random * fullMs) / 2;
}
