import { annotations, type Claim, cleanupFinalizer, isDeleting, keyOf, kinds } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import {
  type Controller,
  ensureFinalizer,
  isMoreThan,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeStatus,
} from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import { isSpare } from "../../graph/index.ts";
import { failureRecord, isAtWork } from "./failure-plan.ts";
import { Forces } from "./forces.ts";
import { type ClaimPorts, type ClaimWorld, observe } from "./observe.ts";
import { type Placement, Placer } from "./placement.ts";
import {
  type Assessment,
  assess,
  type Decision,
  decide,
  isPardoned,
  leavingReason,
  settlingFor,
  verdictOf,
} from "./plan.ts";
import { questionFor } from "./question-plan.ts";
import { observeRecovery, ownerOf } from "./recovery-world.ts";
import { planRelease, type ReleasePlan } from "./release-plan.ts";
import { claimSignals, claimSources } from "./sources.ts";
import { claimStatus } from "./status-plan.ts";
import type { StatusInput } from "./summary.ts";
import { recoveredAfterMs, transitions } from "./transitions.ts";

/** Bindings of many claims share one fsync; matching itself never waits. */
const concurrency = 16;
const defaultAwayAfterMs = 30_000;

/** Finds a machine for each claim, tells how it does there, and finds another one when that is lost. */
export function makeClaimController(ports: ClaimPorts): Controller {
  const claims = ports.cache(kinds.Claim);
  const reconciler = new Reconciler(ports);
  return {
    name: "claim",
    kind: kinds.Claim,
    concurrency,
    own: { when: isMoreThan(["conditions", "observedGeneration", "readySince", "workingDirectory"]) },
    watches: claimSources(ports),
    signals: (enqueue) => claimSignals(ports, ports.fabric, enqueue),
    async reconcile(key, context) {
      const claim = claims.get(key);
      if (claim === undefined) return {};
      return isDeleting(claim) ? reconciler.release(claim, context) : reconciler.reconcile(claim, context);
    },
  };
}

class Reconciler {
  readonly #ports: ClaimPorts;
  readonly #placer: Placer;
  readonly #forces: Forces;
  readonly #startedAt: number;

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
    this.#placer = new Placer(ports);
    this.#forces = new Forces(ports);
    this.#startedAt = ports.clock.now();
  }

  async reconcile(found: Claim, { signal }: ReconcileContext): Promise<ReconcileResult> {
    const { api } = this.#ports;
    const claim = await ensureFinalizer({ api, kind: kinds.Claim, object: found, signal }, cleanupFinalizer);
    const world = observe(claim, this.#ports);
    const assessment = assess(world);
    const settlesInMs = settlingFor(world, assessment);
    if (settlesInMs > 0) return after(settlesInMs);
    if (isPardoned(claim, assessment)) await this.#letStay(claim, signal);
    const decision = decide(world, assessment, () => observeRecovery(world, this.#ports));
    this.#consult(world, decision);
    if (decision.kind === "stay" && decision.failure?.reason === "Rebalancing") return this.#stayPut(claim, signal);
    if (decision.kind === "stay") {
      await this.#report({ world, assessment, decision }, signal);
      const { hold } = decision;
      if (hold?.kind === "wait" && hold.isForLease && (await this.#forces.stop(world))) return after(0);
      return after(hold !== undefined && "recheckAfterMs" in hold ? hold.recheckAfterMs : undefined);
    }
    const placement = await this.#place(world, decision, signal);
    if (placement.kind === "unplaced" && decision.failure?.reason === "Rebalancing")
      return this.#stayPut(claim, signal);
    return this.#reportPlacement({ world, assessment, decision }, placement, signal);
  }

  #place(world: ClaimWorld, decision: Extract<Decision, { kind: "place" }>, signal: AbortSignal): Promise<Placement> {
    if (decision.here === true) return this.#placer.renew(world, signal);
    const { failure } = decision;
    // Who works where it is takes nobody's place.
    const mayPreempt = !isSpare(world.claim) && (failure === undefined || !isAtWork(failure));
    const wish = {
      reason: leavingReason(decision),
      mayPreempt,
      ...(failure?.target !== undefined && { target: failure.target }),
    };
    return this.#placer.place(world, wish, signal);
  }

  /** Has hooks asked, where they are to be; the claim is looked at again when they have answered. */
  #consult(world: ClaimWorld, decision: Decision): void {
    const { hooks } = this.#ports;
    const { claim } = world;
    if (decision.failure === undefined) hooks.forget(claim.metadata.uid ?? "");
    if (decision.kind !== "stay" || decision.hold?.kind !== "ask" || decision.failure === undefined) return;
    const failure = failureRecord(decision.failure, claim, claim.spec.resourceName ?? "");
    hooks.ask(questionFor(world, decision.hold, { failure, owner: ownerOf(world, this.#ports) }));
  }

  /** The machine that was better for it will not do any more, or others are not well: it stays where it is. */
  async #stayPut(claim: Claim, signal: AbortSignal): Promise<ReconcileResult> {
    const body = { metadata: { annotations: { [annotations.moveTo]: null } } };
    await this.#ports.api.patch(kinds.Claim, keyOf(claim), { type: "merge", body }, { signal });
    return after(0);
  }

  /** Its machine takes work again: what was asked of it then is not to hold when that is drained another time. */
  async #letStay(claim: Claim, signal: AbortSignal): Promise<void> {
    const { api } = this.#ports;
    const body = { metadata: { annotations: { [annotations.evict]: null } } };
    await api.patch(kinds.Claim, keyOf(claim), { type: "merge", body }, { signal });
  }

  /** A claim that is being deleted holds its place until its machine has given a receipt, or is away for too long. */
  async release(claim: Claim, { signal }: ReconcileContext): Promise<ReconcileResult> {
    this.#placer.forget(claim.metadata.uid ?? "");
    this.#ports.hooks.forget(claim.metadata.uid ?? "");
    if (!(claim.metadata.finalizers ?? []).includes(cleanupFinalizer)) return {};
    const world = observe(claim, this.#ports);
    const { resource, observation, component, nowAt } = world;
    const awayAfter = component?.spec.cleanup.awayAfter;
    const plan = planRelease({
      claim,
      ...(resource !== undefined && { resource }),
      ...(observation !== undefined && { observation }),
      awayAfterMs: awayAfter === undefined ? defaultAwayAfterMs : durationMs(awayAfter),
      startedAt: this.#startedAt,
      nowAt,
    });
    if (plan.kind === "wait") {
      const input: StatusInput = {
        world,
        assessment: assess(world),
        decision: { kind: "stay" },
        releasing: plan.message,
      };
      await this.#report(input, signal);
      return after(plan.recheckAfterMs);
    }
    if (plan.kind === "release") await this.#giveBack(claim, plan, signal);
    return this.#finish(claim, signal);
  }

  async #giveBack(
    claim: Claim,
    { defer, reason, receipt }: Extract<ReleasePlan, { kind: "release" }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { api, events } = this.#ports;
    await api.post(kinds.Claim, keyOf(claim), "release", { defer, reason }, { signal });
    if (defer) {
      events.record(claim, "Warning", "CleanupDeferred", reason);
      return;
    }
    const { stopped = [], removed = [], kept = [], failures = [] } = receipt ?? {};
    // Directories are nobody's news; packages are.
    const named = removed.filter((text) => !text.startsWith("/"));
    const packages = named.length === 0 ? "" : ` with ${named.join(", ")}`;
    const notes = [...kept.map((text) => `kept ${text}`), ...failures].map((text) => `; ${text}`).join("");
    const rest = `removed the rest${packages}${notes}`;
    const message = `${claim.spec.resourceName} has stopped ${stopped.length} processes and ${rest}`;
    events.record(claim, failures.length === 0 ? "Normal" : "Warning", "CleanedUp", message);
  }

  async #finish(claim: Claim, signal: AbortSignal): Promise<ReconcileResult> {
    const { api } = this.#ports;
    const object = this.#ports.cache(kinds.Claim).get(keyOf(claim));
    if (object?.metadata.uid !== claim.metadata.uid || object === undefined) return {};
    await releaseFinalizer({ api, kind: kinds.Claim, object, signal }, cleanupFinalizer);
    return {};
  }

  async #reportPlacement(
    { world, assessment, decision }: { world: ClaimWorld; assessment: Assessment; decision: Decision },
    placement: Placement,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    if (placement.kind === "unplaced") {
      await this.#report({ world, assessment, decision, unplaced: placement.unplaced }, signal);
      return after(placement.recheckAfterMs);
    }
    const { failure } = decision;
    const { claim: before } = world;
    const replaced = failure && failureRecord(failure, before, before.spec.resourceName ?? "", verdictOf(decision));
    const bound = observe(placement.claim, this.#ports);
    const input: StatusInput = { world: bound, assessment: assess(bound), decision: { kind: "stay" } };
    await this.#report({ ...input, ...(replaced !== undefined && { replaced }) }, signal);
    return {};
  }

  async #report(input: StatusInput, signal: AbortSignal): Promise<void> {
    const { api, events, recoverySeconds } = this.#ports;
    const { claim, nowAt } = input.world;
    const status = claimStatus(input);
    await writeStatus({ api, kind: kinds.Claim, object: claim, signal }, status);
    // A member may be ready where it was just moved to before it was said what had failed.
    const failed =
      input.replaced === undefined ? claim : { ...claim, status: { ...claim.status, failure: input.replaced } };
    recordTransitions(events, claim, transitions(failed, status, nowAt));
    const recovered = recoveredAfterMs(failed.status, status, nowAt);
    if (recovered !== undefined) recoverySeconds.observe(recovered / 1000);
  }
}

function after(recheckAfterMs: number | undefined): ReconcileResult {
  return recheckAfterMs === undefined ? {} : { requeueAfterMs: recheckAfterMs };
}
