import type { Resource } from "../../api/index.ts";
import type { Tone } from "../ui/tone.ts";

/** How far a machine of a new pool has come. */
export interface Outcome {
  readonly tone: Extract<Tone, "good" | "busy" | "bad">;
  readonly state: string;
  /** What is being done, or what is wrong and how it is mended. */
  readonly text: string;
}

const up: ReadonlySet<string> = new Set(["Free", "Claimed", "Degraded"]);
const failed: ReadonlySet<string> = new Set(["Failed", "Unreachable", "Quarantined"]);

export function outcomeOf({ status }: Resource): Outcome {
  const state = status?.state ?? "Pending";
  if (up.has(state)) return { tone: "good", state, text: systemOf(status?.attributes) };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const why = ready === undefined || ready.status === "True" ? "" : ready.message;
  if (failed.has(state)) return { tone: "bad", state, text: why };
  return { tone: "busy", state, text: status?.step ?? why };
}

function systemOf(attributes: Readonly<Record<string, string | number>> | undefined): string {
  const { os, "cpu.cores": cores, "memory.total": memory } = attributes ?? {};
  return [
    os,
    cores === undefined ? undefined : `${cores} CPU`,
    typeof memory === "number" ? `${(memory / 2 ** 30).toFixed(1)} GiB` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}

export interface Tally {
  readonly good: number;
  readonly busy: number;
  readonly bad: number;
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const count = (tone: Outcome["tone"]): number => outcomes.filter((one) => one.tone === tone).length;
  return { good: count("good"), busy: count("busy"), bad: count("bad") };
}
