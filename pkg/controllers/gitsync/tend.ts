import { applyOptions, objectChanges } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import { Claims } from "./claims.ts";
import { tellChange } from "./events.ts";
import { managerOf } from "./manager.ts";
import type { AppliedObject } from "./memory.ts";
import { shownName, stampOf } from "./object-id.ts";
import type { FailedAttempt } from "./step-plan.ts";
import type { SyncRun } from "./sync-run.ts";

export interface Tended {
  /** Objects that are not as they were applied, and what is different. */
  readonly drifted: readonly string[];
  /** What could not be put right. */
  readonly failure?: FailedAttempt;
}

/** Looks at each object that has changed since it was looked at; puts it right, or says what somebody did to it. */
export async function tend(run: SyncRun): Promise<Tended> {
  const { sync, memory, ports } = run;
  const claims = new Claims(sync, ports);
  const failures: FailedAttempt[] = [];
  for (const applied of memory.applied.values()) {
    run.signal.throwIfAborted();
    try {
      const owner = await tendOne(run, applied, claims);
      if (owner !== undefined) failures.push({ reason: "OwnedByAnother", message: owner });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const message = applied.isHidden ? error.reason : error.message;
      failures.push({ reason: "ApplyFailed", message: `${shownOf(run, applied)}: ${message}` });
    }
  }
  const drifted = [...memory.applied.values()].flatMap(({ drift }) => drift ?? []);
  const [first] = failures;
  if (first === undefined) return { drifted };
  return { drifted, failure: { reason: first.reason, message: failures.map(({ message }) => message).join("\n") } };
}

/** Answers in words whose the object is, where it is another's. */
async function tendOne(run: SyncRun, applied: AppliedObject, claims: Claims): Promise<string | undefined> {
  const { sync, access, ports, signal } = run;
  const { place, object } = applied;
  const { kind, namespace, name } = place;
  const live = ports.find(kind, { namespace, name });
  const stamp = stampOf(kind, live);
  // What is going is applied again once it has gone.
  if (stamp === applied.stamp || live?.metadata.deletionTimestamp !== undefined) return undefined;
  const owner = claims.otherOwner(place, live);
  if (owner !== undefined) return `${shownOf(run, applied)} belongs to GitSync ${owner}, which applied it`;
  const options = { ...applyOptions(managerOf(sync), true), signal };
  const patch = { type: "apply" as const, body: object };
  const preview = await access.client.patch(kind, { namespace, name }, patch, { ...options, dryRun: true });
  const paths = live === undefined ? undefined : objectChanges(live, preview).map(({ path }) => path);
  applied.drift = undefined;
  if (paths?.length === 0) applied.stamp = stamp;
  else if (sync.spec.drift === "Heal") {
    applied.stamp = stampOf(kind, await access.client.patch(kind, { namespace, name }, patch, options));
    tellChange(run, "healed", place, driftText(paths));
  } else {
    applied.stamp = stamp;
    applied.drift = `${shownOf(run, applied)}: ${driftText(paths)}`;
  }
  return undefined;
}

function shownOf({ sync }: SyncRun, { place }: AppliedObject): string {
  return shownName(place, sync.metadata.namespace ?? "");
}

const maxPaths = 5;

/** Which fields; undefined: the object itself was deleted. */
function driftText(paths: readonly string[] | undefined): string {
  if (paths === undefined) return "deleted";
  const more = paths.length > maxPaths ? ` and ${paths.length - maxPaths} more` : "";
  return `${paths.slice(0, maxPaths).join(", ")}${more}`;
}
