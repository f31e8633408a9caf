import { annotations, type Resource } from "../api/index.ts";
import { formatMicroTime, formatTimestamp } from "../clock/index.ts";

/** A change of one object as a merge patch, and the name under which its fields are owned later. */
export interface Change {
  readonly body: Readonly<Record<string, unknown>>;
  readonly fieldManager: string;
  readonly subresource?: "scale";
}

const rollout = (spec: Readonly<Record<string, unknown>>): Change => ({
  body: { spec },
  fieldManager: "plush-rollout",
});
const sync = (body: Readonly<Record<string, unknown>>): Change => ({ body, fieldManager: "plush-sync" });

/** Applications: stopped, and their machines cleaned. */
export const abortChange: Change = { body: { spec: { suspend: true } }, fieldManager: "plush-abort" };

export const pauseRolloutChange: Change = rollout({ paused: true });

/** After a pause or an undo. */
export const resumeRolloutChange: Change = rollout({ paused: false, pinnedRevision: null });

/** `now` in milliseconds since the epoch, as everywhere here. */
export function restartChange(now: number): Change {
  return rollout({ restartedAt: formatTimestamp(now) });
}

export function undoChange(revision: number): Change {
  return rollout({ pinnedRevision: revision });
}

/** Of everything with a scale subresource. */
export function scaleChange(replicas: number): Change {
  return { body: { spec: { replicas } }, fieldManager: "plush-scale", subresource: "scale" };
}

/** No new work for a machine, or work again, which ends a quarantine; undefined where it is so already. */
export function cordonChange(machine: Resource, unschedulable: boolean, now: number): Change | undefined {
  const endsQuarantine = !unschedulable && machine.status?.quarantine !== undefined;
  if (machine.spec.unschedulable === unschedulable && !endsQuarantine) return undefined;
  const pardon = { metadata: { annotations: { [annotations.pardonedAt]: formatTimestamp(now) } } };
  return { body: { spec: { unschedulable }, ...(endsQuarantine && pardon) }, fieldManager: "plush-cordon" };
}

/** Trusts the host key that a machine presents now; undefined where that is the trusted one. */
export function trustChange({ status }: Resource): Change | undefined {
  const presented = status?.presentedHostKey;
  if (presented === undefined) return undefined;
  return { body: { metadata: { annotations: { [annotations.trustHostKey]: presented } } }, fieldManager: "plush" };
}

/** Replaces what a pool has lost, although it is too much. */
export function resumePoolChange(now: number): Change {
  const marks = { [annotations.resumedAt]: formatTimestamp(now) };
  return { body: { metadata: { annotations: marks } }, fieldManager: "plush-resume" };
}

/** After a restart: should the machine be lost again, it is replaced. */
export const letGoChange: Change = {
  body: { metadata: { annotations: { [annotations.holdUntil]: null } } },
  fieldManager: "plush-reboot",
};

export function suspendSyncChange(suspend: boolean): Change {
  return sync({ spec: { suspend } });
}

/** Has a repository asked at once; a GitSync's status repeats the text that is set here. */
export function syncNowChange(now: number): Change {
  return sync({ metadata: { annotations: { [annotations.syncRequestedAt]: formatMicroTime(now) } } });
}

/** Sets labels or annotations; null removes one. With a version: only if the object is still that one. */
export function metadataChange(
  member: "labels" | "annotations",
  values: Readonly<Record<string, string | null>>,
  resourceVersion?: string,
): Change {
  const metadata = { [member]: values, ...(resourceVersion !== undefined && { resourceVersion }) };
  return { body: { metadata }, fieldManager: `plush-${member === "labels" ? "label" : "annotate"}` };
}

/** Reads KEY=VALUE, or KEY- which removes; undefined where a word is neither. */
export function readMetadataWord(word: string): readonly [string, string | null] | undefined {
  const equals = word.indexOf("=");
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  return equals < 0 && word.length > 1 && word.endsWith("-") ? [word.slice(0, -1), null] : undefined;
}

/** While a machine restarts, nothing of it is replaced for so long. */
export const defaultHoldMs = 300_000;
