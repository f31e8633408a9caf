import {
  cleanupFinalizer,
  isDeleting,
  kinds,
  type ObjectKey,
  type Resource,
  type ResourcePool,
  type ResourceStatus,
  type Secret,
} from "../../api/index.ts";
import {
  type Controller,
  ensureFinalizer,
  isMoreThan,
  isWish,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeStatus,
} from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { Attachments } from "./attachments.ts";
import {
  addressOf,
  defaultMonitors,
  findFault,
  isKnown,
  poolOf,
  type ReachFault,
  type ResourceObservation,
  type ResourcePorts,
} from "./observe.ts";
import { planResource, type ResourcePlan } from "./plan.ts";
import type { Removal } from "./removal-plan.ts";
import { transitions } from "./transitions.ts";

/** A removal waits for a machine to answer; all the others must go on meanwhile. */
const concurrency = 32;
const removalRetryMs = 5000;

/** Brings the machines of Resources under an agent, tells how they are, and takes the agent away again. */
export function makeResourceController(ports: ResourcePorts): Controller {
  const resources = ports.cache(kinds.Resource);
  const reconciler = new Reconciler(ports);
  return {
    name: "resource",
    kind: kinds.Resource,
    concurrency,
    own: { when: isMoreThan(["conditions", "observedGeneration", "state", "since", "step", "evidence"]) },
    watches: [
      { kind: kinds.ResourcePool, keys: (pool: ResourcePool) => ofPool(pool, resources.list()), when: isWish },
      { kind: kinds.Secret, keys: (secret: Secret) => withSecret(secret, resources.list(), ports) },
    ],
    signals: (enqueue) =>
      ports.fabric.subscribe((uid, news) => {
        const name = news === "runs" ? undefined : resources.byUid(uid)?.metadata.name;
        if (name !== undefined) enqueue({ namespace: "", name });
      }),
    async reconcile(key, context) {
      const resource = resources.get(key);
      return resource === undefined ? {} : reconciler.reconcile(resource, context);
    },
  };
}

class Reconciler {
  readonly #ports: ResourcePorts;
  readonly #attachments: Attachments;
  readonly #atAddress: (address: string) => readonly Resource[];
  /** uids of machines whose agent is removed: must not be brought up again while the Resource is on its way out. */
  readonly #removed = new Set<string>();
  readonly #removalErrors = new Map<string, string>();
  /** By uid: of which wrong package an Event has told. */
  readonly #toldCorrupt = new Map<string, number>();

  constructor(ports: ResourcePorts) {
    this.#ports = ports;
    this.#attachments = new Attachments(ports);
    this.#atAddress = ports.cache(kinds.Resource).index((resource) => [addressOf(resource)]);
  }

  async reconcile(found: Resource, { signal }: ReconcileContext): Promise<ReconcileResult> {
    const { api } = this.#ports;
    const uid = found.metadata.uid ?? "";
    if (isDeleting(found) && !(found.metadata.finalizers ?? []).includes(cleanupFinalizer)) return {};
    const resource = await ensureFinalizer({ api, kind: kinds.Resource, object: found, signal }, cleanupFinalizer);
    if (this.#removed.has(uid)) return this.#release(resource, signal);
    const observed = await this.#observe(resource);
    const plan = planResource(observed);
    const written = await this.#report(observed, plan.status, signal);
    await this.#tellFabric(written, plan);
    if (plan.removal === undefined || plan.removal.kind === "wait") return after(plan.recheckAfterMs);
    return this.#remove(written, plan.removal, signal);
  }

  async #observe(resource: Resource): Promise<ResourceObservation> {
    const { fabric, clock } = this.#ports;
    const pool = poolOf(resource, this.#ports);
    const fault = findFault(resource, pool, this.#atAddress) ?? (await this.#attach(resource, pool));
    const removalError = this.#removalErrors.get(resource.metadata.uid ?? "");
    return {
      resource,
      observation: fabric.observe(resource.metadata.uid ?? ""),
      monitors: pool?.spec.monitors ?? defaultMonitors,
      ...(fault !== undefined && { fault }),
      ...(removalError !== undefined && { removalError }),
      nowAt: clock.now(),
    };
  }

  async #attach(resource: Resource, pool: ResourcePool | undefined): Promise<ReachFault | undefined> {
    // Nobody is brought under an agent only to lose it again.
    if (isDeleting(resource) && !isKnown(resource)) return undefined;
    return this.#attachments.attach(resource, pool);
  }

  async #report(
    { resource, observation, nowAt }: ResourceObservation,
    status: ResourceStatus,
    signal: AbortSignal,
  ): Promise<Resource> {
    const { api, events } = this.#ports;
    const written = await writeStatus({ api, kind: kinds.Resource, object: resource, signal }, status);
    recordTransitions(events, resource, transitions(resource, status, nowAt));
    this.#tellOfCorrupt(resource, observation);
    return written;
  }

  #tellOfCorrupt(resource: Resource, observation: HostObservation): void {
    const { uid = "" } = resource.metadata;
    const corrupt = observation.state === "connected" ? observation.corrupt : undefined;
    if (corrupt === undefined || this.#toldCorrupt.get(uid) === corrupt.at) return;
    this.#toldCorrupt.set(uid, corrupt.at);
    const { events, cache } = this.#ports;
    const by = cache(kinds.Resource).byUid(corrupt.by)?.metadata.name ?? corrupt.by;
    const message = `gave ${by} what is not package ${corrupt.digest}: ${corrupt.message}; nobody is sent to it for an hour`;
    events.record(resource, "Warning", "PackageCorrupt", message);
  }

  async #tellFabric(resource: Resource, { acknowledge, retry }: ResourcePlan): Promise<void> {
    const { fabric } = this.#ports;
    const uid = resource.metadata.uid ?? "";
    for (const claimUid of acknowledge) fabric.acknowledge(uid, claimUid);
    if (!retry) return;
    await this.#attach(resource, poolOf(resource, this.#ports));
    fabric.retry(uid);
  }

  async #remove(
    resource: Resource,
    removal: Exclude<Removal, { kind: "wait" }>,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    const { fabric, events } = this.#ports;
    const uid = resource.metadata.uid ?? "";
    try {
      await fabric.detach(uid, { remove: removal.kind === "remove", signal });
    } catch (error) {
      signal.throwIfAborted();
      const { message } = StatusError.from(error);
      if (removal.kind === "remove" && !removal.forfeit) {
        this.#removalErrors.set(uid, message);
        const observed = await this.#observe(resource);
        await this.#report(observed, planResource(observed).status, signal);
        return { requeueAfterMs: removalRetryMs };
      }
      events.record(resource, "Warning", "ResidueForfeited", `the agent was left behind: ${message}`);
      await fabric.detach(uid, { remove: false, signal });
    }
    this.#attachments.forget(uid);
    this.#toldCorrupt.delete(uid);
    this.#removed.add(uid);
    return this.#release(resource, signal);
  }

  async #release(resource: Resource, signal: AbortSignal): Promise<ReconcileResult> {
    const { api } = this.#ports;
    await releaseFinalizer({ api, kind: kinds.Resource, object: resource, signal }, cleanupFinalizer);
    this.#removed.delete(resource.metadata.uid ?? "");
    this.#removalErrors.delete(resource.metadata.uid ?? "");
    return {};
  }
}

function after(recheckAfterMs: number | undefined): ReconcileResult {
  return recheckAfterMs === undefined ? {} : { requeueAfterMs: recheckAfterMs };
}

function ofPool(pool: ResourcePool, resources: readonly Resource[]): readonly ObjectKey[] {
  return resources.filter(({ spec }) => spec.poolName === pool.metadata.name).map(keyOfResource);
}

function withSecret({ metadata }: Secret, resources: readonly Resource[], ports: ResourcePorts): readonly ObjectKey[] {
  return resources
    .filter((resource) => {
      const ref = resource.spec.ssh?.identity?.secretRef ?? poolOf(resource, ports)?.spec.ssh.identity?.secretRef;
      return ref?.namespace === metadata.namespace && ref?.name === metadata.name;
    })
    .map(keyOfResource);
}

function keyOfResource({ metadata }: Resource): ObjectKey {
  return { namespace: "", name: metadata.name ?? "" };
}
