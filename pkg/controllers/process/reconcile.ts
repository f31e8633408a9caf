import {
  type Claim,
  type ConfigMap,
  cleanupFinalizer,
  isDeleting,
  keyOf,
  kinds,
  type ObjectKey,
  type ObjectMeta,
  type Process,
  type ResourceQuota,
  type Secret,
} from "../../api/index.ts";
import {
  type Controller,
  ensureFinalizer,
  isWish,
  isWishOrForeign,
  quotaRecheckMs,
  type ReconcileResult,
  releaseFinalizer,
  writeChildren,
} from "../../controller/index.ts";
import { isBare, wasEvicted } from "../../graph/index.ts";
import { refersTo } from "../../values/index.ts";
import { bareClaim } from "./bare-claim-plan.ts";
import { claimOf, type ProcessPorts } from "./observe.ts";
import { byClaim, onMachine } from "./on-machine.ts";
import { mayGo } from "./removal-plan.ts";
import { StatusReporter } from "./report-status.ts";
import { makeReportController } from "./reports.ts";

/** Tell how processes are, from what their machines report; give a bare process a claim of its own. */
export function makeProcessControllers(ports: ProcessPorts): readonly Controller[] {
  const reporter = new StatusReporter(ports);
  return [makeProcessController(ports, reporter), makeReportController(ports, reporter)];
}

function makeProcessController(ports: ProcessPorts, reporter: StatusReporter): Controller {
  const processes = ports.cache(kinds.Process);
  // Asked for now, so that it is filled before the first signal.
  const resources = ports.cache(kinds.Resource);
  ports.cache(kinds.ResourcePool);
  const ofClaim = byClaim(ports);
  const referring = ({ namespace, name = "" }: ObjectMeta, kind: "Secret" | "ConfigMap"): readonly ObjectKey[] =>
    processes
      .list(namespace)
      .filter(({ spec }) => refersTo(spec, kind, name))
      .map(keyOf);
  return {
    name: "process",
    kind: kinds.Process,
    concurrency: 16,
    own: { when: isWishOrForeign },
    watches: [
      { kind: kinds.Claim, keys: (claim: Claim) => ofClaim(claim).map(keyOf), when: isWish },
      {
        kind: kinds.ResourceQuota,
        keys: ({ metadata }: ResourceQuota) =>
          processes
            .list(metadata.namespace)
            .filter((process) => reporter.isRefused(process.metadata.uid ?? ""))
            .map(keyOf),
      },
      { kind: kinds.Secret, keys: ({ metadata }: Secret) => referring(metadata, "Secret") },
      { kind: kinds.ConfigMap, keys: ({ metadata }: ConfigMap) => referring(metadata, "ConfigMap") },
    ],
    signals: (enqueue) => {
      const unsubscribe = ports.fabric.subscribe((uid) => {
        const leaving = onMachine(resources.byUid(uid), ofClaim, ports).filter(isDeleting);
        for (const process of leaving) enqueue(keyOf(process));
      });
      const deafen = ports.scrapes?.subscribe(enqueue);
      return () => {
        unsubscribe();
        deafen?.();
      };
    },
    async reconcile(key, { signal }) {
      const process = processes.get(key);
      if (process === undefined) return {};
      if (isBare(process) && !(await keepClaim(process, ports, { reporter, signal }))) return {};
      if (isDeleting(process)) return letGo(process, ports, signal);
      const recheckAfterMs = await reporter.report(key, signal);
      const quotaMs = reporter.isRefused(process.metadata.uid ?? "") ? quotaRecheckMs : undefined;
      const rechecks = [recheckAfterMs, quotaMs].filter((ms) => ms !== undefined);
      return rechecks.length === 0 ? {} : { requeueAfterMs: Math.min(...rechecks) };
    },
  };
}

/** A process may wait for its machine for long; should no signal come, it is looked at again. */
const recheckRemovalMs = 1000;

async function letGo(process: Process, ports: ProcessPorts, signal: AbortSignal): Promise<ReconcileResult> {
  const claim = claimOf(process, ports);
  const machine = claim?.spec.resourceUid;
  const isOver = mayGo({
    process,
    ...(claim !== undefined && { claim }),
    ...(machine !== undefined && { observation: ports.fabric.observe(machine) }),
    isOwed: claim !== undefined && wasEvicted(claim, process) && isOwed(claim, process, ports),
  });
  if (!isOver) return { requeueAfterMs: recheckRemovalMs };
  await releaseFinalizer({ api: ports.api, kind: kinds.Process, object: process, signal }, cleanupFinalizer);
  return {};
}

/** A machine that answers still holds what the claim left there. One that does not answer is not waited for. */
function isOwed(claim: Claim, process: Process, ports: ProcessPorts): boolean {
  return ports
    .cache(kinds.Resource)
    .list()
    .some(
      ({ metadata, status }) =>
        (status?.residue ?? []).some(
          ({ claimUid, epoch }) => claimUid === claim.metadata.uid && epoch === process.spec.epoch,
        ) && ports.fabric.observe(metadata.uid ?? "").state === "connected",
    );
}

/** Makes the claim of a bare process, or sees it go. False where the process has still to wait, or has gone itself. */
async function keepClaim(
  process: Process,
  ports: ProcessPorts,
  { reporter, signal }: { readonly reporter: StatusReporter; readonly signal: AbortSignal },
): Promise<boolean> {
  const { api } = ports;
  const { uid = "" } = process.metadata;
  const claim = claimOf(process, ports);
  const write = { api, kind: kinds.Process, object: process, signal };
  if (isDeleting(process)) {
    reporter.refuse(uid, undefined);
    if (claim === undefined) await releaseFinalizer(write, cleanupFinalizer);
    else if (!isDeleting(claim)) await api.delete(kinds.Claim, keyOf(claim), { signal });
    return false;
  }
  const hasFinalizer = process.metadata.finalizers?.includes(cleanupFinalizer) ?? false;
  await ensureFinalizer(write, cleanupFinalizer);
  if (claim === undefined) {
    const write = { verb: "create", kind: kinds.Claim, object: bareClaim(process) } as const;
    const refusal = await writeChildren([write], { api, signal });
    reporter.refuse(uid, refusal?.message);
    if (refusal !== undefined) return true;
  } else reporter.refuse(uid, undefined);
  return hasFinalizer;
}
