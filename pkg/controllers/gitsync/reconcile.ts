import {
  type ConfigMap,
  type GitSync,
  isDeleting,
  type KindInfo,
  type KubeObject,
  keyOf,
  kinds,
  type ObjectKey,
  type Secret,
  type ServiceAccount,
  storedKinds,
} from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import {
  type Controller,
  isMoreThan,
  type ReconcileResult,
  type WatchSource,
  writeStatus,
} from "../../controller/index.ts";
import { planDependencies } from "./dependency-plan.ts";
import { healthOf } from "./health.ts";
import { type Looked, look } from "./look.ts";
import { SyncMemories } from "./memory.ts";
import { idOf, stampOf } from "./object-id.ts";
import { FilePacker } from "./pack-files.ts";
import type { GitSyncPorts } from "./ports.ts";
import { namesOf, type References, readReferences } from "./references.ts";
import { removeSync } from "./remove.ts";
import { planStatus, type StatusInput } from "./status-plan.ts";
import { planStep } from "./step-plan.ts";
import type { SyncRun } from "./sync-run.ts";
import { tend } from "./tend.ts";

/** Fetching alone may take as long as spec.timeout says. */
const deadlineMs = 3_600_000;
/** All of its status is the controller's own word. */
const ownWords = ["observedGeneration", "revision", "applied", "inventory", "handledRequest", "conditions"];
/** What happens to what was applied may gather so long. */
const gatherMs = 200;
/** Nobody keeps these in a repository, and there are many of them. */
const unwatched: ReadonlySet<string> = new Set(["Event", "Lease", "WorkChunk", "ApplicationRevision", "GitSync"]);

/** Has what is in repositories applied, and what was applied kept so. */
export function makeGitSyncController(ports: GitSyncPorts): Controller {
  const memories = new SyncMemories(() => new FilePacker(ports.packages));
  const syncs = ports.cache(kinds.GitSync);
  // What a server that was killed has left.
  let cleared: Promise<void> | undefined;
  // Asked for now, so that they are filled before the first reconcile.
  for (const kind of [kinds.Secret, kinds.ConfigMap, kinds.ServiceAccount]) ports.cache<KubeObject>(kind);
  const referring =
    (kind: "Secret" | "ConfigMap") =>
    ({ metadata }: Secret | ConfigMap): readonly ObjectKey[] =>
      syncs
        .list(metadata.namespace)
        .filter((sync) => namesOf(sync, kind).includes(metadata.name ?? ""))
        .map(keyOf);
  return {
    name: "gitsync",
    kind: kinds.GitSync,
    own: { when: isMoreThan(ownWords) },
    watches: [
      { kind: kinds.Secret, keys: referring("Secret") },
      { kind: kinds.ConfigMap, keys: referring("ConfigMap") },
      {
        kind: kinds.ServiceAccount,
        keys: ({ metadata }: ServiceAccount) => actingAs(metadata, syncs.list(metadata.namespace)),
      },
      { kind: kinds.GitSync, keys: ({ metadata }: GitSync) => waitingFor(metadata, syncs.list(metadata.namespace)) },
      ...storedKinds.filter(({ kind }) => !unwatched.has(kind)).map((kind) => appliedSource(kind, memories)),
    ],
    signals: (enqueue) => ports.pushes.listen(enqueue),
    deadlineMs,
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const sync = syncs.get(key);
      cleared ??= ports.repositories.keepOnly(new Set(syncs.list().flatMap(({ metadata }) => metadata.uid ?? [])));
      await cleared;
      if (sync === undefined) {
        const uid = memories.forget(key);
        if (uid !== undefined) await ports.repositories.forget(uid);
        return {};
      }
      const references = readReferences(sync, ports);
      const access = references.account && ports.actAs(references.account);
      if (isDeleting(sync)) {
        await removeSync({ sync, ports, signal, told: { changes: 0 }, ...(access !== undefined && { access }) });
        return {};
      }
      return reconcileSync({ sync, references, memories, ports, signal, access });
    },
  };
}

type Asked = Pick<SyncRun, "sync" | "references" | "memories" | "ports" | "signal"> & {
  readonly access: SyncRun["access"] | undefined;
};

async function reconcileSync(asked: Asked): Promise<ReconcileResult> {
  const { sync, references, memories, ports, signal, access } = asked;
  const { namespace = "" } = sync.metadata;
  const memory = memories.of(sync);
  const step = planStep({
    sync,
    held: planDependencies(sync, (name) => ports.cache(kinds.GitSync).get({ namespace, name })),
    missing: references.missing,
    stamp: references.stamp,
    attempts: { ...memory.attempts, isPushed: ports.pushes.has(keyOf(sync)) },
    nowMs: ports.clock.now(),
  });
  if (step.kind === "hold") {
    await report(asked, { sync, verdict: step, isFollowed: false });
    return {};
  }
  if (step.kind === "fail" || access === undefined) {
    const message = step.kind === "fail" ? step.message : "";
    await report(asked, { sync, verdict: { kind: "failed", reason: "ReferenceNotFound", message }, isFollowed: true });
    return {};
  }
  ports.pushes.forget(keyOf(sync));
  const run: SyncRun = { sync, references, memories, ports, signal, access, memory, told: { changes: 0 } };
  const looked: Looked =
    step.kind === "look" ? await look(run) : { ...(memory.attempts.failure && { failure: memory.attempts.failure }) };
  return finish(run, looked, step.kind === "look");
}

/** Tends what is applied, tells what came of it all, and says when to look again. */
async function finish(
  run: SyncRun,
  { revision, made, failure }: Looked,
  isFollowed: boolean,
): Promise<ReconcileResult> {
  const { drifted, failure: untended } = await tend(run);
  const wrong = failure ?? untended;
  const applied = made?.applied ?? run.sync.status?.applied;
  const health = healthOf(run, applied);
  const verdict =
    wrong === undefined ? ({ kind: "applied", health } as const) : ({ kind: "failed", ...wrong } as const);
  const { kept } = run.memory;
  await report(run, {
    sync: run.sync,
    verdict,
    ...(revision !== undefined && { revision }),
    ...made,
    drifted,
    ...(kept !== undefined && { kept }),
    isFollowed,
  });
  return { requeueAfterMs: nextMs(run, health.recheckAfterMs, untended !== undefined) };
}

/** What could not be put right is tried again so soon. */
const untendedRetryMs = 10_000;

function nextMs(
  { sync, references, memory, ports }: SyncRun,
  healthMs: number | undefined,
  isUntended: boolean,
): number {
  // The request was followed just now.
  const { annotations: _requested, ...metadata } = sync.metadata;
  const next = planStep({
    sync: { ...sync, metadata },
    held: undefined,
    missing: undefined,
    stamp: references.stamp,
    attempts: memory.attempts,
    nowMs: ports.clock.now(),
  });
  const lookMs = next.kind === "tend" ? next.recheckAfterMs : 0;
  return Math.min(lookMs, healthMs ?? lookMs, isUntended ? untendedRetryMs : lookMs);
}

async function report(
  {
    ports,
    signal,
    references,
  }: { readonly ports: GitSyncPorts; readonly signal: AbortSignal; readonly references: References },
  input: Omit<StatusInput, "nowText">,
): Promise<void> {
  const { sync, verdict } = input;
  const status = planStatus({ ...input, nowText: formatTimestamp(ports.clock.now()) });
  const before = sync.status?.conditions?.find(({ type }) => type === "Ready");
  await writeStatus({ api: ports.api, kind: kinds.GitSync, object: sync, signal }, status);
  const isNews = before?.reason !== status.conditions?.find(({ type }) => type === "Ready")?.reason;
  const missing = verdict.kind === "failed" && verdict.reason === "ReferenceNotFound" ? references.missing : undefined;
  if (isNews && missing !== undefined) ports.events.record(sync, "Warning", "ReferenceNotFound", missing);
  if (isNews && verdict.kind === "applied" && verdict.health.state === "Failed")
    ports.events.record(sync, "Warning", "HealthCheckFailed", verdict.health.message);
}

/** Changes of objects that were applied: of what is wanted of them, and of whether they are ready. */
function appliedSource(kind: KindInfo, memories: SyncMemories): WatchSource {
  const owner = ({ metadata }: KubeObject): ObjectKey | undefined =>
    memories.ownerOf(idOf({ kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" }));
  return {
    kind,
    keys: (object: KubeObject) => {
      const key = owner(object);
      return key === undefined ? [] : [key];
    },
    when: (before: KubeObject, after: KubeObject) =>
      owner(after) !== undefined &&
      (stampOf(kind, before) !== stampOf(kind, after) || readyOf(before) !== readyOf(after)),
    afterMs: gatherMs,
  };
}

function readyOf(
  object: KubeObject & {
    readonly status?: {
      readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    };
  },
): string | undefined {
  const ready = object.status?.conditions?.find(({ type }) => type === "Ready");
  return ready && `${ready.status} ${ready.reason}`;
}

function actingAs({ name }: ServiceAccount["metadata"], syncs: readonly GitSync[]): readonly ObjectKey[] {
  return syncs.filter(({ spec }) => spec.serviceAccountName === name).map(keyOf);
}

function waitingFor({ name }: GitSync["metadata"], syncs: readonly GitSync[]): readonly ObjectKey[] {
  return syncs.filter(({ spec }) => (spec.dependsOn ?? []).some((other) => other.name === name)).map(keyOf);
}
