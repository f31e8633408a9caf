import type { ExpositionFormat } from "./write-exposition.ts";

/** What an Accept header asks for: OpenMetrics only where it is named, and wanted no less than plain text. */
export function chooseFormat(accept: string | undefined): ExpositionFormat {
  const wishes = new Map<string, number>();
  // One type may come in several versions: the one that is wanted most counts.
  for (const [type, weight] of (accept ?? "").split(",").map(wishOf))
    wishes.set(type, Math.max(weight, wishes.get(type) ?? 0));
  const open = wishes.get("application/openmetrics-text") ?? 0;
  return open > 0 && open >= (wishes.get("text/plain") ?? 0) ? "openmetrics" : "text";
}

/** A media type with its weight. */
function wishOf(entry: string): readonly [string, number] {
  const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
  const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
  return [type, Number.isFinite(weight) ? weight : 0];
}
