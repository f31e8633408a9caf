import { annotations, type GitSync } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import type { Held } from "./dependency-plan.ts";
import type { FailureReason } from "./sync-failure.ts";

export interface FailedAttempt {
  readonly reason: FailureReason;
  readonly message: string;
}

/** What this process knows of a sync; lost with it, and then found out again. */
export interface Attempts {
  /** When the repository was asked last. */
  readonly lookedAtMs?: number;
  /** What was looked at, and with which spec and values; undefined where that is to be done again. */
  readonly commit?: string;
  readonly stamp?: string;
  /** Of that. */
  readonly failure?: FailedAttempt;
  /** How many failed one after the other. */
  readonly failures: number;
  /** Somebody has told of a push since. */
  readonly isPushed: boolean;
}

export interface StepInput {
  readonly sync: GitSync;
  readonly held: Held | undefined;
  /** What it refers to and is not there, in words. */
  readonly missing: string | undefined;
  /** Of spec, and of everything that it refers to. */
  readonly stamp: string;
  readonly attempts: Attempts;
  readonly nowMs: number;
}

export type Step =
  | { readonly kind: "hold"; readonly reason: "Suspended" | Held["reason"]; readonly message: string }
  | { readonly kind: "fail"; readonly reason: "ReferenceNotFound"; readonly message: string }
  /** Ask the repository. */
  | { readonly kind: "look" }
  /** See that what was applied is as it was. */
  | { readonly kind: "tend"; readonly recheckAfterMs: number };

/** What a sync needs next. */
export function planStep({ sync, held, missing, stamp, attempts, nowMs }: StepInput): Step {
  if (sync.spec.suspend) return { kind: "hold", reason: "Suspended", message: "plush sync resume lets it go on" };
  if (held !== undefined) return { kind: "hold", ...held };
  if (missing !== undefined) return { kind: "fail", reason: "ReferenceNotFound", message: missing };
  const { lookedAtMs, isPushed } = attempts;
  const isNew = lookedAtMs === undefined || attempts.stamp !== stamp || isRequested(sync) || isPushed;
  if (isNew) return { kind: "look" };
  const waitMs = lookedAtMs + pauseMs(sync, attempts) - nowMs;
  return waitMs <= 0 ? { kind: "look" } : { kind: "tend", recheckAfterMs: waitMs };
}

/** Whether somebody has asked for it by annotation since it was last followed. */
function isRequested({ metadata, status }: GitSync): boolean {
  const asked = metadata.annotations?.[annotations.syncRequestedAt];
  return asked !== undefined && asked !== status?.handledRequest;
}

/** Failures that another commit, spec or value alone mends. */
const lasting: ReadonlySet<FailureReason> = new Set([
  "VerificationFailed",
  "PathNotFound",
  "NoManifests",
  "InvalidManifests",
]);

const firstRetryMs = 2000;

/** What may mend itself is tried again soon, then with growing pauses up to the interval. */
function pauseMs({ spec }: GitSync, { failure, failures }: Attempts): number {
  const intervalMs = durationMs(spec.interval);
  if (failure === undefined || lasting.has(failure.reason)) return intervalMs;
  return Math.min(intervalMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
}

/** Whether a commit, found just now, needs to be applied; else it is known what comes of it. */
export function needsApply(attempts: Attempts, commit: string, stamp: string): boolean {
  const { failure } = attempts;
  if (attempts.commit !== commit || attempts.stamp !== stamp) return true;
  return failure !== undefined && !lasting.has(failure.reason);
}
