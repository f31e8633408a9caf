import { setImmediate } from "node:timers/promises";
import {
  type Application,
  type Claim,
  type Component,
  isTrue,
  type KindInfo,
  type KubeObject,
  keyOf,
  keyText,
  kinds,
} from "../api/index.ts";
import type { BindingRequest } from "../apiserver/index.ts";
import { type Clock, FakeClock } from "../clock/index.ts";
import type { Controller, ControllerPorts } from "../controller/index.ts";
import { makeApplicationController } from "../controllers/application/index.ts";
import { type MachineSearch, makeClaimController, noLeases, searchMachine } from "../controllers/claim/index.ts";
import { makeComponentController } from "../controllers/component/index.ts";
import { makePhaseController } from "../controllers/phase/index.ts";
import { makeProcessControllers } from "../controllers/process/index.ts";
import type { Fabric } from "../fabric/index.ts";
import { silentHooks } from "../hooks/index.ts";
import { silentLogger } from "../log/index.ts";
import { refusedByQuota, type Usage } from "../quota/index.ts";
import { isReason } from "../status/index.ts";
import { Agents, type ProcessEvent } from "./agents.ts";
import { QuotaCount } from "./quota-count.ts";
import { type Task, TaskQueue, tasksAfter } from "./task-queue.ts";
import { World } from "./world.ts";
import { type PlacementListener, WorldClient } from "./world-client.ts";

/** What a forecast is made of: caches, and what machines say. */
export interface ForecastPorts extends Pick<ControllerPorts, "cache"> {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "observe">;
  /** What a namespace has of what quotas limit. */
  readonly usageOf: (namespace: string) => Usage;
  readonly signal?: AbortSignal;
}

/** An object as it is going to be. */
export interface WorldChange {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  /** As it is now. */
  readonly before?: KubeObject;
}

/** A claim that is given a machine. */
export interface BindingEvent {
  readonly claim: Claim;
  readonly resourceName: string;
  readonly search: Pick<MachineSearch, "ranking" | "refusals">;
}

/** A claim whose machine is taken for a more important one; as it was before. */
export interface PreemptionEvent {
  readonly claim: Claim;
  readonly message: string;
}

export interface Forecast {
  /** As things are in the end. */
  readonly world: World;
  readonly bindings: readonly BindingEvent[];
  readonly preemptions: readonly PreemptionEvent[];
  readonly processes: readonly ProcessEvent[];
  /** Looks for a machine as things are in the end: why a claim has none. */
  readonly search: (claim: Claim) => ReturnType<typeof searchMachine>;
  /** It was not followed to its end: there is too much of it. */
  readonly isCut: boolean;
}

/** Looks at one object; more than any plan of a few thousand members takes. */
const maxReconciles = 200_000;
/** Of processor time, with pauses for everybody else. */
const maxMs = 10_000;
const sliceMs = 10;
/** What waits for longer is no part of what comes of a change. */
const horizonMs = 24 * 3_600_000;
const maxTries = 5;

/**
 * What would come of changes: the server's own controllers, run over a copy of the state, with machines that do at once
 * what they are told. Time passes only where something waits for it. Nothing outside the copy is written.
 */
export async function forecast(
  changes: readonly WorldChange[],
  namespaces: readonly string[],
  ports: ForecastPorts,
): Promise<Forecast> {
  return new Rehearsal(namespaces, ports).run(changes);
}

class Rehearsal {
  readonly #ports: ForecastPorts;
  readonly #clock: FakeClock;
  readonly #world: World;
  readonly #quotas: QuotaCount;
  readonly #agents: Agents;
  readonly #client: WorldClient;
  readonly #controllers: readonly Controller[];
  readonly #bindings: BindingEvent[] = [];
  readonly #preemptions: PreemptionEvent[] = [];
  readonly #queue = new TaskQueue();
  readonly #tries = new Map<string, number>();
  /** Applications and components that something was written of. */
  readonly #touched = new Map<string, KindInfo>();
  /** Applications that have come to their end here. */
  readonly #ended = new Set<string>();

  constructor(namespaces: readonly string[], ports: ForecastPorts) {
    this.#ports = ports;
    this.#clock = new FakeClock(ports.clock.now());
    this.#world = new World(ports, namespaces);
    this.#agents = new Agents({ world: this.#world, clock: this.#clock, observe: (uid) => ports.fabric.observe(uid) });
    const quotasOf = (namespace: string) => this.#world.cache(kinds.ResourceQuota).list(namespace);
    this.#quotas = new QuotaCount({ quotasOf, usageOf: ports.usageOf });
    const listener: PlacementListener = {
      bound: (claim, request) => this.#note(claim, request),
      preempted: (claim, { message }) => {
        this.#preemptions.push({ claim, message });
        this.#agents.leave(claim);
      },
    };
    this.#client = new WorldClient(this.#world, { clock: this.#clock, quotas: this.#quotas, listener });
    this.#controllers = this.#makeControllers();
    this.#world.subscribe((kind, before, after) => this.#onChange(kind, before, after));
    for (const controller of this.#controllers) controller.signals?.((key) => this.#queue.add({ controller, key }));
  }

  async run(changes: readonly WorldChange[]): Promise<Forecast> {
    for (const change of changes) this.#take(change);
    const isCut = !(await this.#settle());
    return {
      world: this.#world,
      bindings: this.#bindings,
      preemptions: this.#preemptions,
      processes: this.#agents.events,
      search: (claim) => this.#search(claim),
      isCut,
    };
  }

  #makeControllers(): readonly Controller[] {
    const ports = {
      api: this.#client,
      clock: this.#clock,
      events: { record: () => {} },
      cache: this.#world.cache.bind(this.#world),
      fabric: this.#agents,
    };
    return [
      makeApplicationController(ports),
      makeComponentController(ports),
      makePhaseController(ports),
      ...makeProcessControllers(ports),
      makeClaimController({ ...ports, hooks: silentHooks, leases: noLeases, recoverySeconds: { observe: () => {} } }),
    ];
  }

  #take({ kind, object, before }: WorldChange): void {
    if (!this.#world.has(kind)) return void this.#quotas.enter({ kind, before, after: object });
    const live = this.#world.cache(kind).get(keyOf(object));
    const uid = live?.metadata.uid ?? this.#client.newUid();
    const generation = live === undefined ? 1 : (object.metadata.generation ?? 1);
    this.#world.put(kind, { ...object, metadata: { ...object.metadata, uid, generation } });
  }

  /** False where it was given up. */
  async #settle(): Promise<boolean> {
    const { clock, signal } = this.#ports;
    const startedAt = clock.monotonic();
    let sliceAt = startedAt;
    for (let count = 0; count < maxReconciles; count++) {
      const task = this.#next();
      if (task === undefined) return true;
      await this.#reconcile(task);
      signal?.throwIfAborted();
      const now = clock.monotonic();
      if (now - startedAt > maxMs) return false;
      if (now - sliceAt > sliceMs) {
        await setImmediate();
        sliceAt = clock.monotonic();
      }
    }
    return false;
  }

  /** Machines act when controllers have settled; time passes when machines have. */
  #next(): Task | undefined {
    for (;;) {
      const task = this.#queue.take();
      if (task !== undefined) return task;
      if (!this.#agents.act() && !this.#letTimePass()) return undefined;
    }
  }

  #letTimePass(): boolean {
    const { firstAt } = this.#queue;
    if (firstAt === undefined || !this.#isUnsettled()) return false;
    if (firstAt > this.#ports.clock.now() + horizonMs) return false;
    this.#clock.jump(Math.max(0, firstAt - this.#clock.now()));
    this.#queue.wake(this.#clock.now());
    return true;
  }

  #isUnsettled(): boolean {
    return [...this.#touched].some(([uid, kind]) => {
      const object = this.#world.cache(kind).byUid(uid);
      if (object === undefined || this.#ended.has(uid)) return false;
      const { conditions } = (object as Application | Component).status ?? {};
      return isTrue(conditions, "Reconciling") && !isTrue(conditions, "Stalled");
    });
  }

  async #reconcile(task: Task): Promise<void> {
    const { controller, key } = task;
    // What comes after an application's end (its machines are given back) comes of its end.
    const object = this.#world.cache(controller.kind).get(key);
    if (this.#ended.has(object?.metadata.uid ?? "")) return;
    const text = `${controller.name} ${keyText(key)}`;
    try {
      const { requeueAfterMs } = await controller.reconcile(key, {
        signal: this.#ports.signal ?? new AbortController().signal,
        log: silentLogger,
      });
      this.#tries.delete(text);
      this.#queue.addLater(task, requeueAfterMs === undefined ? undefined : this.#clock.now() + requeueAfterMs);
    } catch (error) {
      const tries = (this.#tries.get(text) ?? 0) + 1;
      this.#tries.set(text, tries);
      if (!isConflict(error) && tries >= maxTries) throw error;
      if (tries < maxTries) this.#queue.add(task);
    }
  }

  #onChange(kind: KindInfo, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const object = after ?? before;
    if (object === undefined) return;
    this.#quotas.enter({ kind, before, after });
    const { uid = "" } = object.metadata;
    if (kind.kind === kinds.Application.kind)
      this.#seeEnd(before as Application | undefined, after as Application | undefined);
    if (kind.kind === kinds.Application.kind || kind.kind === kinds.Component.kind) this.#touched.set(uid, kind);
    for (const controller of this.#controllers)
      for (const task of tasksAfter(controller, kind, [before, after])) this.#queue.add(task);
  }

  #seeEnd(before: Application | undefined, after: Application | undefined): void {
    const { uid = "" } = after?.metadata ?? {};
    if (after?.status === undefined || after.status === before?.status) return;
    const { state } = after.status;
    if (state === "Complete" || state === "Failed" || state === "Expired") this.#ended.add(uid);
    else this.#ended.delete(uid);
  }

  #note(claim: Claim, { resourceName }: BindingRequest): void {
    const search = this.#search(claim);
    const { ranking, refusals } = "reason" in search ? { ranking: [], refusals: [] } : search;
    this.#bindings.push({ claim, resourceName, search: { ranking, refusals } });
  }

  #search(claim: Claim): ReturnType<typeof searchMachine> {
    const { spec, metadata } = claim;
    const cache = this.#world.cache.bind(this.#world);
    const key = { namespace: metadata.namespace ?? "", name: spec.componentName ?? "" };
    const component = spec.componentName === undefined ? undefined : cache(kinds.Component).get(key);
    const isBound = cache(kinds.Resource).byUid(spec.resourceUid ?? "") !== undefined;
    const input = { claim, ...(component !== undefined && { component }), isBound, nowAt: this.#clock.now() };
    return searchMachine(input, { cache, fabric: this.#agents });
  }
}

function isConflict(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isConflict);
  if (refusedByQuota(error) !== undefined) return true;
  return isReason(error, "Conflict") || isReason(error, "AlreadyExists") || isReason(error, "NotFound");
}
