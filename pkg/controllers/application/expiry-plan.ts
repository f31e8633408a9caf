/**
 * When an application's time is up. It stays so until a person says otherwise: more time alone does not bring back what was
 * cleaned up; a restart does, or a suspension that is taken back, and both only where there is time left.
 */
import { type Application, isDeleting } from "../../api/index.ts";
import { durationMs, parseTimestamp } from "../../clock/index.ts";

export interface Expiry {
  /** When its time is up; absent: never. Wall clock, ms, as all here. */
  readonly dueAt?: number;
  /** Its time is up, since then. */
  readonly expiredAt?: number;
  /** Its time is up soon. */
  readonly isNear: boolean;
  /** When that changes. */
  readonly recheckAfterMs?: number;
}

/** People are warned so long before; of short times, in the last tenth. */
const warningMs = 3_600_000;

export function planExpiry(application: Application, now: number): Expiry {
  const { spec, metadata } = application;
  if (isDeleting(application)) return { isNear: false };
  const before = latchOf(application);
  const afterMs = spec.expires === undefined ? undefined : durationMs(spec.expires.after);
  const createdAt = parseTimestamp(metadata.creationTimestamp ?? "") ?? now;
  const dueAt = afterMs === undefined ? undefined : createdAt + afterMs;
  const due = dueAt === undefined ? {} : { dueAt };
  const saidAt = restartOf(application, before);
  if (before !== undefined && saidAt === undefined) return { ...due, expiredAt: before, isNear: false };
  if (dueAt === undefined || afterMs === undefined) return { isNear: false };
  if (now >= dueAt) return { dueAt, expiredAt: saidAt ?? dueAt, isNear: false };
  const warnAt = dueAt - Math.min(warningMs, afterMs / 10);
  return { dueAt, isNear: now >= warnAt, recheckAfterMs: (now < warnAt ? warnAt : dueAt) - now };
}

/** What is suspended begins anew when that is taken back. */
function latchOf({ spec, status }: Application): number | undefined {
  return spec.suspend ? undefined : parseTimestamp(status?.expiredAt ?? "");
}

/** When a person asked for a restart, after its time was up. */
function restartOf({ spec }: Application, expiredAt: number | undefined): number | undefined {
  const restartedAt = parseTimestamp(spec.restartedAt ?? "");
  return expiredAt !== undefined && restartedAt !== undefined && restartedAt > expiredAt ? restartedAt : undefined;
}
