import {
  type Claim,
  cleanupFinalizer,
  findCondition,
  isTrue,
  type KubeObject,
  keyOf,
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
  isWishOr,
  planned,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeStatus,
} from "../../controller/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { act } from "./act.ts";
import { isWaiting } from "./demand-plan.ts";
import type { MachineAction } from "./machine-plan.ts";
import { MakerBook } from "./maker-book.ts";
import { makerOf, observe, type PoolPorts } from "./observe.ts";
import { type PoolPlan, planPool } from "./plan.ts";

/** Makes Resources of what a pool's provider names, sums up how they are, and brakes where too many are gone at once. */
export function makePoolController(ports: PoolPorts): Controller {
  const pools = ports.cache(kinds.ResourcePool);
  const secrets = ports.cache(kinds.Secret);
  // Looked at where claims may have a pool grow.
  for (const kind of [kinds.Claim, kinds.Component]) ports.cache<KubeObject>(kind);
  const book = new MakerBook({
    clock: ports.clock,
    ports: { secret: async (ref) => secrets.get(ref) },
    ...(ports.measure !== undefined && { measure: ports.measure }),
  });
  return {
    name: "pool",
    kind: kinds.ResourcePool,
    watches: [
      { kind: kinds.Resource, keys: (resource: Resource) => poolOf(resource), when: isWishOr(allButMeasures) },
      { kind: kinds.Secret, keys: (secret: Secret) => poolsWith(secret, pools.list()) },
      { kind: kinds.Claim, keys: () => elasticPools(pools.list()), when: isOtherWait, afterMs: gatherClaimsMs },
    ],
    signals: (enqueue) => signals(ports, book, enqueue),
    reconcile: (key, context) => reconcile(pools.get(key), { ...ports, book }, context),
  };
}

type PoolWorld = PoolPorts & { readonly book: MakerBook };

/** Claims of one application come one after another, and wait together. */
const gatherClaimsMs = 100;

/** Machines that are in doubt, and news of providers. */
function signals(ports: PoolPorts, book: MakerBook, enqueue: (key: ObjectKey) => void): () => void {
  const unsubscribe = ports.fabric.subscribe((uid) => {
    if (!isDoubtful(ports.fabric.observe(uid))) return;
    const resource = ports.cache(kinds.Resource).byUid(uid);
    if (resource !== undefined) for (const key of poolOf(resource)) enqueue(key);
  });
  const close = book.subscribe((uid) => {
    const pool = ports.cache(kinds.ResourcePool).byUid(uid);
    if (pool !== undefined) enqueue(keyOf(pool));
  });
  return () => {
    unsubscribe();
    close();
    book.close();
  };
}

async function reconcile(
  found: ResourcePool | undefined,
  ports: PoolWorld,
  { signal }: ReconcileContext,
): Promise<ReconcileResult> {
  if (found === undefined) return {};
  const { api } = ports;
  const pool = await ensureFinalizer({ api, kind: kinds.ResourcePool, object: found, signal }, cleanupFinalizer);
  const { plan, restMs } = planned(ports.clock, () => planPool(observe(pool, ports, ports.book)));
  if (plan.nothingLeft) {
    ports.book.forget(pool.metadata.uid ?? "");
    await releaseFinalizer({ api, kind: kinds.ResourcePool, object: pool, signal }, cleanupFinalizer);
    return {};
  }
  const maker = makerOf(pool, ports);
  if (maker !== undefined) for (const order of plan.orders) ports.book.order(order, maker, pool);
  const errors = await actAll(plan.actions, pool, ports, signal);
  await writeStatus({ api, kind: kinds.ResourcePool, object: pool, signal }, plan.status);
  recordChanges(pool, plan, ports);
  if (errors.length > 0) throw errors[0];
  return { restMs, ...(plan.recheckAfterMs !== undefined && { requeueAfterMs: plan.recheckAfterMs }) };
}

/** One machine that cannot be written must not keep the others waiting. */
async function actAll(
  actions: readonly MachineAction[],
  pool: ResourcePool,
  ports: PoolPorts,
  signal: AbortSignal,
): Promise<StatusError[]> {
  const whose = { pool, isMade: makerOf(pool, ports) !== undefined };
  const outcomes = await Promise.allSettled(actions.map((action) => act(action, whose, ports.api, signal)));
  signal.throwIfAborted();
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [StatusError.from(outcome.reason)] : []));
}

function recordChanges(pool: ResourcePool, { status, actions }: PoolPlan, { events }: PoolPorts): void {
  const was = isTrue(pool.status?.conditions, "Braked");
  const braked = findCondition(status.conditions, "Braked");
  if (braked?.status === "True" && !was) events.record(pool, "Warning", "Braked", braked.message);
  if (braked?.status === "False" && was) events.record(pool, "Normal", "BrakeReleased", "machines are replaced again");
  const stalled = findCondition(status.conditions, "Stalled");
  if (stalled?.status === "True" && findCondition(pool.status?.conditions, "Stalled")?.message !== stalled.message) {
    events.record(pool, "Warning", stalled.reason, stalled.message);
  }
  recordMaking(pool, status, events);
  const given = actions.flatMap((action) => (action.kind === "giveBack" ? (action.resource.metadata.name ?? "") : []));
  if (given.length > 0) events.record(pool, "Normal", "ScaledDown", `gives back ${given.join(", ")}: idle`);
}

function recordMaking(pool: ResourcePool, status: ResourcePoolStatus, events: PoolPorts["events"]): void {
  const before = new Set(pool.status?.making ?? []);
  const fresh = (status.making ?? []).filter((name) => !before.has(name));
  const claims = status.waiting === 1 ? "1 claim waits" : `${status.waiting ?? 0} claims wait`;
  if (fresh.length > 0) events.record(pool, "Normal", "ScaledUp", `has ${fresh.join(", ")} made; ${claims}`);
  const provider = findCondition(status.conditions, "Provider");
  const known = findCondition(pool.status?.conditions, "Provider");
  if (provider?.status === "False" && known?.status !== "False")
    events.record(pool, "Warning", "ProviderFailing", provider.message);
  if (provider?.status === "True" && known?.status === "False")
    events.record(pool, "Normal", "ProviderAnswering", "the provider answers again");
}

function elasticPools(pools: readonly ResourcePool[]): readonly ObjectKey[] {
  return pools.filter(({ spec }) => spec.size !== undefined).map(keyOf);
}

/** Claims are many and change often; whether they wait does not. */
function isOtherWait(before: Claim, after: Claim): boolean {
  return isWaiting(before) !== isWaiting(after);
}

/**
 * Machines measure themselves and each other every few seconds, and a pool looks at all of them. Of attributes it reads what a
 * machine has, to know what one more would have: not how busy it is.
 */
function allButMeasures({ metadata, status }: Resource): readonly unknown[] {
  const {
    attributes,
    measuredAt: _measuredAt,
    coordinates: _coordinates,
    roundTrips: _roundTrips,
    ...rest
  } = status ?? {};
  return [metadata.finalizers, attributes === undefined, rest];
}

/** Its own, and the one to which it is lent. */
function poolOf({ spec, status }: Resource): readonly ObjectKey[] {
  const names = new Set([spec.poolName, status?.loan?.pool]);
  return [...names].flatMap((name) => (name === undefined ? [] : [{ namespace: "", name }]));
}

function poolsWith({ metadata }: Secret, pools: readonly ResourcePool[]): readonly ObjectKey[] {
  return pools
    .filter(({ spec }) => {
      const refs = [spec.ssh.identity?.secretRef, spec.provider.exec?.secretRef];
      return refs.some((ref) => ref?.namespace === metadata.namespace && ref?.name === metadata.name);
    })
    .map((pool) => ({ namespace: "", name: pool.metadata.name ?? "" }));
}

/** What may change a brake before any status is written. */
function isDoubtful(observation: HostObservation): boolean {
  return observation.state === "lost" || (observation.state === "connected" && observation.suspect);
}
