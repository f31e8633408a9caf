import type { Tone } from "../ui/tone.ts";

/** Conditions that are good news when they are False. */
const bad = new Set(["Stalled", "Braked", "DiskPressure", "MemoryPressure", "LimitsPartial", "Suspended"]);

/** What comes at the end, and is not missed before. */
const ends = new Set(["Complete", "CleanedUp"]);

/** How a condition looks: Ready=True is good, Stalled=True is not, and of what is not known one waits. */
export function conditionTone(type: string, status: string | undefined): Tone {
  if (status !== "True" && status !== "False") return "busy";
  const isTrue = status === "True";
  if (ends.has(type) && !isTrue) return "idle";
  if (type === "Reconciling") return isTrue ? "busy" : "idle";
  if (bad.has(type)) return isTrue ? "bad" : "idle";
  return isTrue ? "good" : "warn";
}
