/**
 * Which revision of an application its members are to run. Usually what the spec says; an older one where it is pinned, or
 * where the newest made no progress and was reverted. The spec is never written: what was applied stays, and a later
 * change is tried anew.
 */
import type { Application, ApplicationRevision, ApplicationStatus, Component, Software } from "../../api/index.ts";
import { durationMs, formatDuration, formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import { revisionPackages } from "../../graph/index.ts";
import { planExpiry } from "./expiry-plan.ts";
import { makeRevision, surplusRevisions, withRevision } from "./history-plan.ts";
import { isBatch, planRevisions, type Revisions, rolloutHash } from "./revision-plan.ts";
import type { ApplicationWorld } from "./world.ts";

export type RolloutStatus = NonNullable<ApplicationStatus["rollout"]>;

export interface Rollout {
  /** The application as its members are to run it, with the packages to be taken. */
  readonly application: Application;
  readonly software: ReadonlyMap<string, Software>;
  readonly revisions: Revisions;
  /** Name of the ApplicationRevision in effect, once there is one. */
  readonly currentRevision?: string;
  /** Set where its packages are those of that revision, whatever the Software objects say now. */
  readonly softwareRevision?: string;
  readonly status?: RolloutStatus;
  readonly create?: ApplicationRevision;
  readonly remove: readonly ApplicationRevision[];
  readonly trouble?: RolloutTrouble;
  readonly recheckAfterMs?: number;
}

export interface RolloutTrouble {
  readonly reason: "UpdateReverted" | "ProgressDeadlineExceeded" | "ReferenceNotFound";
  readonly message: string;
}

export function planRollout(world: ApplicationWorld): Rollout {
  const { application, history } = world;
  const live = planRevisions(world);
  const before = application.status?.rollout;
  const newest = newestRevision(world, live);
  const isNew = newest !== undefined && !history.includes(newest);
  const pin = findPin(world);
  const wanted = pin.revision ?? newest;
  const good = history.find(({ metadata }) => metadata.name === before?.goodRevision);
  const reverted = wanted !== undefined && before?.failedHash === wanted.spec.hash ? good : undefined;
  const chosen = reverted ?? wanted;
  const effect = inEffect(world, chosen === newest ? undefined : chosen, live);
  const base = {
    ...effect,
    ...(chosen !== undefined && { currentRevision: chosen.metadata.name ?? "" }),
    ...(isNew && { create: newest }),
    ...(before !== undefined && { status: before }),
    remove: surplusRevisions(world, [chosen, good, wanted]),
  };
  const trouble = pin.trouble ?? (reverted && revertOf(before));
  if (trouble !== undefined) return { ...base, trouble };
  return wanted === undefined ? base : { ...base, ...follow(world, effect.revisions, wanted, good) };
}

/** What the spec says, as a revision: one that is there, or one to be made; undefined while a digest is not known. */
function newestRevision(world: ApplicationWorld, live: Revisions): ApplicationRevision | undefined {
  const hash = rolloutHash(world.application, live);
  if (hash === undefined) return undefined;
  return world.history.find(({ spec }) => spec.hash === hash) ?? makeRevision(world, hash);
}

function revertOf(status: RolloutStatus | undefined): RolloutTrouble {
  return { reason: "UpdateReverted", message: status?.failedMessage ?? "" };
}

interface Pin {
  readonly revision?: ApplicationRevision;
  readonly trouble?: RolloutTrouble;
}

function findPin({ application, history }: ApplicationWorld): Pin {
  const { pinnedRevision } = application.spec;
  if (pinnedRevision === undefined) return {};
  const revision = history.find(({ spec }) => spec.revision === pinnedRevision);
  if (revision !== undefined) return { revision };
  const message = `pinnedRevision: revision ${pinnedRevision} is not there; plush rollout history shows those that are`;
  return { trouble: { reason: "ReferenceNotFound", message } };
}

/** `older`: the revision that is run instead of what the spec says. */
function inEffect(
  world: ApplicationWorld,
  older: ApplicationRevision | undefined,
  live: Revisions,
): Pick<Rollout, "application" | "software" | "revisions" | "softwareRevision"> {
  const { application, software } = world;
  if (older === undefined) return { application, software, revisions: live };
  const then = { ...world, application: withRevision(application, older), software: revisionPackages(older) };
  return {
    application: then.application,
    software: then.software,
    revisions: planRevisions(then),
    softwareRevision: older.metadata.name ?? "",
  };
}

/** How far the members are on their way to `wanted`, and whether it takes too long. */
function follow(
  world: ApplicationWorld,
  revisions: Revisions,
  wanted: ApplicationRevision,
  good: ApplicationRevision | undefined,
): Pick<Rollout, "status" | "trouble" | "recheckAfterMs"> {
  const { application, now } = world;
  const before = application.status?.rollout;
  const { hash } = wanted.spec;
  const isNew = before?.hash !== hash;
  const progress = Math.max(isNew ? 0 : (before.progress ?? 0), stepsTaken(world, revisions));
  const goodName = hasArrived(world, revisions) ? wanted.metadata.name : before?.goodRevision;
  const kept = { hash, progress, ...(goodName !== undefined && { goodRevision: goodName }) };
  const { paused, suspend } = application.spec;
  const isStopped = paused || suspend || planExpiry(application, now).expiredAt !== undefined;
  if (goodName === wanted.metadata.name || isStopped || isBatch(application)) return { status: kept };
  const hasMoved = isNew || progress > (before.progress ?? 0) || before.progressAt === undefined;
  const progressAt = hasMoved ? formatTimestamp(now) : (before?.progressAt ?? formatTimestamp(now));
  const status = { ...kept, progressAt };
  // The first rollout has nothing to go back to: what is wrong with its members is told by their own conditions.
  if (good === undefined) return { status };
  const { progressDeadline, autoRevert } = application.spec.updateStrategy;
  const waitMs = (parseTimestamp(progressAt) ?? now) + durationMs(progressDeadline) - now;
  if (waitMs > 0) return { status, recheckAfterMs: waitMs };
  const words = `revision ${wanted.spec.revision} made no progress for ${formatDuration(durationMs(progressDeadline))}${troubleOf(world)}`;
  if (!autoRevert) return { status, trouble: { reason: "ProgressDeadlineExceeded", message: words } };
  const failedMessage = `${words}; back to revision ${good.spec.revision}`;
  return {
    status: { ...status, failedHash: hash, failedMessage },
    trouble: { reason: "UpdateReverted", message: failedMessage },
    // What is stored decides: the next look goes by it.
    recheckAfterMs: 0,
  };
}

/** Each member takes three steps: it is admitted, has its software, and is through with all its phases. */
function stepsTaken({ claims, components }: ApplicationWorld, revisions: Revisions): number {
  const targets = new Map([...revisions.byComponent].map(([name, { member }]) => [name, member]));
  const admitted = claims.filter(({ spec }) => spec.revision === targets.get(spec.component));
  const configured = admitted.filter(({ spec, status }) => status?.revision === spec.revision);
  const updated = components
    .filter((it) => it.spec.revision === targets.get(it.spec.name) && hasSeen(it))
    .reduce((sum, { status }) => sum + (status?.updated ?? 0), 0);
  return admitted.length + configured.length + updated;
}

/** All members run what they are to run, and those that run for long are ready. */
function hasArrived({ application, components }: ApplicationWorld, revisions: Revisions): boolean {
  return application.spec.components.every(({ name }) => {
    const component = components.find(({ spec }) => spec.name === name);
    const { status } = component ?? {};
    const target = revisions.byComponent.get(name)?.member;
    if (target === undefined || status === undefined || status.revision !== target) return false;
    if (component === undefined || component.spec.revision !== target || !hasSeen(component)) return false;
    return status.ready === status.replicas;
  });
}

/** Its status is of what it is told now. */
function hasSeen({ metadata, status }: Component): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

/** What the first component that is stuck says of it. */
function troubleOf({ components }: ApplicationWorld): string {
  for (const { spec, status } of components) {
    const stalled = status?.conditions?.find(({ type }) => type === "Stalled");
    if (stalled?.status === "True") return ` (${spec.name}: ${stalled.message})`;
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    if (ready?.status === "False" && ready.message !== undefined) return ` (${spec.name}: ${ready.message})`;
  }
  return "";
}
