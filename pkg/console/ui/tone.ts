/** What a state means to who looks: one colour and one shape each, so that neither is needed alone. */
export type Tone = "good" | "busy" | "warn" | "bad" | "idle";

const tones: Readonly<Record<string, Tone>> = {
  // Machines.
  ...{ Free: "good", Claimed: "good", Pending: "busy", Bootstrapping: "busy", Draining: "warn", Degraded: "warn" },
  ...{ Unreachable: "bad", Failed: "bad", Quarantined: "warn" },
  // Applications, phases, claims, processes.
  ...{ Available: "good", Expired: "idle", Deleting: "busy", Updating: "busy", Claiming: "busy" },
  ...{ Running: "good", Ready: "good", Complete: "good", Released: "good", Configured: "good", Exited: "idle" },
  ...{ Starting: "busy", Progressing: "busy", Installing: "busy", Bound: "busy", Open: "busy", Waiting: "idle" },
  ...{ Stopping: "busy", Releasing: "busy", CleaningUp: "busy", CleanedUp: "idle", Suspended: "idle" },
  ...{ Lost: "bad", Stalled: "bad" },
};

/** A state that is not known is being worked on. */
export function toneOf(state: string | undefined): Tone {
  return state === undefined ? "busy" : (tones[state] ?? "busy");
}
