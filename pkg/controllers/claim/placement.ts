import { type Claim, type Component, keyOf, keyText, kinds } from "../../api/index.ts";
import {
  type AllocationView,
  type MachineView,
  type Refusal,
  type RefusalReason,
  summarizeRefusals,
} from "../../match/index.ts";
import { refusedByQuota } from "../../quota/index.ts";
import { isReason } from "../../status/index.ts";
import { traced } from "../../tracing/index.ts";
import { Assumptions, placeOf } from "./assumptions.ts";
import { MachineFinder } from "./machine-finder.ts";
import type { SearchInput } from "./machine-search.ts";
import type { ClaimPorts, ClaimWorld } from "./observe.ts";
import { priorityOf, waitingBefore } from "./priority.ts";
import type { Unplaced } from "./summary.ts";
import { findWayIn, type WayIn } from "./way-in.ts";

export interface PlacementWish {
  /** Why it leaves the machine that it has. */
  readonly reason: string;
  /** The one machine that will do; absent: any. */
  readonly target?: string;
  /** Others may lose their machine for it. */
  readonly mayPreempt: boolean;
}

export type Placement =
  | { readonly kind: "bound"; readonly claim: Claim; readonly resourceName: string }
  | { readonly kind: "unplaced"; readonly unplaced: Unplaced; readonly recheckAfterMs?: number };

/** A machine that was refused may be free again then, and one that is kept for others be theirs, or free. */
const refusedRecheckMs = 1000;
/** A machine that is being emptied may be lost meanwhile. */
const emptyingRecheckMs = 5000;
/** Others may have their machines by then, or coordinates another value: neither is told to who waits. */
const peersRecheckMs = 2000;
/** What passes by itself. */
const comingReasons: ReadonlySet<RefusalReason> = new Set([
  "NotReady",
  "Residue",
  "LatencyUnknown",
  "LatencyStale",
  "AffinityUnmet",
]);
const peerReasons: ReadonlySet<RefusalReason> = new Set([
  "LatencyUnknown",
  "LatencyStale",
  "LatencyOutOfBounds",
  "AffinityUnmet",
  "AntiAffinity",
]);
/** So many of those that are more important are let pass; more are no sign of machines that are about to be taken. */
const maxLetPass = 100;

/** Finds machines for claims and reserves them; the reservation is the server's, by one commit over claim and machine. */
export class Placer {
  readonly #ports: ClaimPorts;
  readonly #finder: MachineFinder;
  readonly #assumptions = new Assumptions();

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
    this.#finder = new MachineFinder(ports);
  }

  /** No wait between the match and the assumption: two claims must never be matched against the same free place. */
  async place(
    world: ClaimWorld,
    { reason, target, mayPreempt }: PlacementWish,
    signal: AbortSignal,
  ): Promise<Placement> {
    const { claim, component, nowAt } = world;
    const uid = claim.metadata.uid ?? "";
    // Of a machine that was being emptied for it: it is found again, or another one.
    this.#assumptions.drop(uid);
    const refused = this.#assumptions.refusedFor(uid, nowAt);
    const { assumed, isReserved } = this.#taken(component, nowAt);
    const input: SearchInput = {
      claim: target === undefined ? claim : { ...claim, spec: { ...claim.spec, targetResourceName: target } },
      ...(component !== undefined && { component }),
      isBound: world.resource !== undefined,
      nowAt,
      avoid: refused,
      assumed,
    };
    const found = this.#finder.find(input);
    if ("reason" in found) return unplaced({ ...found, isStalled: true });
    if ("machine" in found) {
      this.#assumptions.add(claim, component, found.machine.uid);
      return this.#bind(claim, { ...found, reason }, signal);
    }
    const { machines, refusals } = found;
    const way = mayPreempt ? findWayIn(input, this.#ports) : undefined;
    if (way !== undefined) return this.#makeWay(claim, component, way, signal);
    return this.#nothingFits(claim, machines, refusals, isReserved || Object.keys(refused).length > 0);
  }

  /** Binds a claim anew to the machine that it is bound to. */
  renew({ claim }: ClaimWorld, signal: AbortSignal): Promise<Placement> {
    const { resourceName: name = "", resourceUid: uid = "" } = claim.spec;
    return this.#bind(claim, { machine: { name, uid }, spare: undefined, reason: "Restored" }, signal);
  }

  /** Places that are taken and not seen to be yet, and those that more important claims are about to take. */
  #taken(component: Component | undefined, nowAt: number): Taken {
    const resources = this.#ports.cache(kinds.Resource);
    const assumed = new Map(this.#assumptions.byResource((uid) => resources.byUid(uid)));
    const first = waitingBefore(priorityOf(component), this.#ports)
      .filter(({ claim }) => !this.#assumptions.has(claim.metadata.uid ?? ""))
      .slice(0, maxLetPass);
    let isReserved = false;
    for (const { claim, component: own } of first) {
      const avoid = this.#assumptions.refusedFor(claim.metadata.uid ?? "", nowAt);
      const found = this.#finder.find({ claim, component: own, isBound: false, nowAt, avoid, assumed });
      if (!("machine" in found)) continue;
      const { uid } = found.machine;
      assumed.set(uid, [...(assumed.get(uid) ?? []), placeOf(claim, own)]);
      isReserved = true;
    }
    return { assumed, isReserved };
  }

  /** The machine is the claim's from now on, although it has still to be emptied. */
  async #makeWay(claim: Claim, component: Component | undefined, way: WayIn, signal: AbortSignal): Promise<Placement> {
    const { name, uid } = way.machine;
    this.#assumptions.add(claim, component, uid);
    const victims = way.kind === "preempt" ? way.victims : [];
    try {
      for (const victim of victims) await this.#preempt(victim, { claim, component, machine: way.machine }, signal);
    } catch (error) {
      this.#assumptions.drop(claim.metadata.uid ?? "");
      throw error;
    }
    const names = victims.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(", ");
    if (victims.length > 0)
      this.#ports.events.record(claim, "Normal", "Preempting", `takes ${name} from ${names}, less important`);
    const message = `waits for ${name}, which ${way.kind === "preempt" ? `${names} leave` : way.why}`;
    return { ...unplaced({ reason: "Waiting", message, isStalled: false }), recheckAfterMs: emptyingRecheckMs };
  }

  async #preempt(
    victim: Claim,
    { claim, component, machine }: { claim: Claim; component: Component | undefined; machine: MachineView },
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace, name } = claim.metadata;
    const who = `${namespace}/${name}, of priority ${priorityOf(component)}`;
    const message = `${machine.name} was taken for ${who}`;
    const body = { epoch: victim.spec.epoch, resourceUid: machine.uid, message };
    await this.#ports.api.post(kinds.Claim, keyOf(victim), "preemption", body, { signal });
    this.#ports.events.record(victim, "Warning", "Preempted", message);
  }

  forget(claimUid: string): void {
    this.#assumptions.forget(claimUid);
  }

  #nothingFits(
    { spec }: Claim,
    machines: readonly MachineView[],
    refusals: readonly Refusal[],
    isRefused: boolean,
  ): Placement {
    const { targetResourceName: target } = spec;
    if (target !== undefined && machines.length === 0) {
      return unplaced({ reason: "ReferenceNotFound", message: `Resource ${target} is not there`, isStalled: true });
    }
    // Machines of other pools are no news to anybody.
    const eligible = refusals.filter(({ reason }) => reason !== "OtherPool");
    const message = summarizeRefusals(eligible, eligible.length);
    // A pool without machines is about to get some, or says itself why it has none; what comes up, or is being emptied,
    // may do in a moment.
    const isComing = eligible.length === 0 || eligible.some(({ reason }) => comingReasons.has(reason));
    const isLimited = eligible.some(({ reason }) => reason === "QuotaExceeded");
    const isStalled = isLimited || (!isComing && !isRefused);
    const answer = unplaced({ reason: isLimited ? "QuotaExceeded" : "Unschedulable", message, isStalled });
    if (isRefused) return { ...answer, recheckAfterMs: refusedRecheckMs };
    return eligible.some(({ reason }) => peerReasons.has(reason))
      ? { ...answer, recheckAfterMs: peersRecheckMs }
      : answer;
  }

  async #bind(
    claim: Claim,
    { machine: { name, uid }, spare, reason }: Reservation,
    signal: AbortSignal,
  ): Promise<Placement> {
    const { api, clock } = this.#ports;
    const claimUid = claim.metadata.uid ?? "";
    const { epoch } = claim.spec;
    // Which epoch it gets is the server's to say.
    const body = {
      apiVersion: "plush.dev/v1",
      kind: "Binding",
      resourceName: name,
      resourceUid: uid,
      expectedEpoch: epoch,
      reason,
      ...(spare !== undefined && { spare: { name: spare.metadata.name, uid: spare.metadata.uid } }),
    };
    try {
      const told = { "plush.claim": keyText(keyOf(claim)), "plush.machine": name, "plush.reason": reason };
      await traced("bind", told, () => api.post(kinds.Claim, keyOf(claim), "binding", body, { signal }));
    } catch (error) {
      if (isReason(error, "Conflict") || refusedByQuota(error) !== undefined)
        this.#assumptions.refuse(claimUid, name, clock.now());
      else this.#assumptions.drop(claimUid);
      throw error;
    }
    const bound = this.#ports.cache(kinds.Claim).byUid(claimUid);
    const isSeen = bound !== undefined && bound.spec.epoch > epoch;
    return {
      kind: "bound",
      claim: isSeen ? bound : await api.get(kinds.Claim, keyOf(claim), { signal }),
      resourceName: name,
    };
  }
}

interface Reservation {
  readonly machine: Pick<MachineView, "name" | "uid">;
  readonly spare: Claim | undefined;
  readonly reason: string;
}

interface Taken {
  /** By machine. */
  readonly assumed: ReadonlyMap<string, readonly AllocationView[]>;
  readonly isReserved: boolean;
}

function unplaced(found: Unplaced): Extract<Placement, { kind: "unplaced" }> {
  return { kind: "unplaced", unplaced: found };
}
