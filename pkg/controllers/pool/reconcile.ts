import {
  cleanupFinalizer,
  findCondition,
  isTrue,
  kinds,
  type ObjectKey,
  type Resource,
  type ResourcePool,
  type ResourcePoolStatus,
  type Secret,
} from "../../api/index.ts";
import {
  type Controller,
  ensureFinalizer,
  planned,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeStatus,
} from "../../controller/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { act } from "./act.ts";
import type { MachineAction } from "./machine-plan.ts";
import { observe, type PoolPorts } from "./observe.ts";
import { planPool } from "./plan.ts";

/** Makes Resources of what a pool's provider names, sums up how they are, and brakes where too many are gone at once. */
export function makePoolController(ports: PoolPorts): Controller {
  const pools = ports.cache(kinds.ResourcePool);
  return {
    name: "pool",
    kind: kinds.ResourcePool,
    watches: [
      { kind: kinds.Resource, keys: (resource: Resource) => poolOf(resource) },
      { kind: kinds.Secret, keys: (secret: Secret) => poolsWith(secret, pools.list()) },
    ],
    signals: (enqueue) =>
      ports.fabric.subscribe((uid) => {
        if (!isDoubtful(ports.fabric.observe(uid))) return;
        const resource = ports.cache(kinds.Resource).byUid(uid);
        if (resource !== undefined) for (const key of poolOf(resource)) enqueue(key);
      }),
    reconcile: (key, context) => reconcile(pools.get(key), ports, context),
  };
}

async function reconcile(
  found: ResourcePool | undefined,
  ports: PoolPorts,
  { signal }: ReconcileContext,
): Promise<ReconcileResult> {
  if (found === undefined) return {};
  const { api } = ports;
  const pool = await ensureFinalizer({ api, kind: kinds.ResourcePool, object: found, signal }, cleanupFinalizer);
  const { plan, restMs } = planned(ports.clock, () => planPool(observe(pool, ports)));
  if (plan.nothingLeft) {
    await releaseFinalizer({ api, kind: kinds.ResourcePool, object: pool, signal }, cleanupFinalizer);
    return {};
  }
  const errors = await actAll(plan.actions, pool, ports, signal);
  await writeStatus({ api, kind: kinds.ResourcePool, object: pool, signal }, plan.status);
  recordChanges(pool, plan.status, ports);
  if (errors.length > 0) throw errors[0];
  return { restMs };
}

/** One machine that cannot be written must not keep the others waiting. */
async function actAll(
  actions: readonly MachineAction[],
  pool: ResourcePool,
  ports: PoolPorts,
  signal: AbortSignal,
): Promise<StatusError[]> {
  const outcomes = await Promise.allSettled(actions.map((action) => act(action, pool, ports.api, signal)));
  signal.throwIfAborted();
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [StatusError.from(outcome.reason)] : []));
}

function recordChanges(pool: ResourcePool, status: ResourcePoolStatus, { events }: PoolPorts): void {
  const was = isTrue(pool.status?.conditions, "Braked");
  const braked = findCondition(status.conditions, "Braked");
  if (braked?.status === "True" && !was) events.record(pool, "Warning", "Braked", braked.message);
  if (braked?.status === "False" && was) events.record(pool, "Normal", "BrakeReleased", "machines are replaced again");
  const stalled = findCondition(status.conditions, "Stalled");
  if (stalled?.status === "True" && findCondition(pool.status?.conditions, "Stalled")?.message !== stalled.message) {
    events.record(pool, "Warning", stalled.reason, stalled.message);
  }
}

/** Its own, and the one to which it is lent. */
function poolOf({ spec, status }: Resource): readonly ObjectKey[] {
  const names = new Set([spec.poolName, status?.loan?.pool]);
  return [...names].flatMap((name) => (name === undefined ? [] : [{ namespace: "", name }]));
}

function poolsWith({ metadata }: Secret, pools: readonly ResourcePool[]): readonly ObjectKey[] {
  return pools
    .filter(({ spec }) => {
      const ref = spec.ssh.identity?.secretRef;
      return ref?.namespace === metadata.namespace && ref?.name === metadata.name;
    })
    .map((pool) => ({ namespace: "", name: pool.metadata.name ?? "" }));
}

/** What may change a brake before any status is written. */
function isDoubtful(observation: HostObservation): boolean {
  return observation.state === "lost" || (observation.state === "connected" && observation.suspect);
}
