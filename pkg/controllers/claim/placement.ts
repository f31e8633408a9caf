import { type Claim, keyOf, kinds } from "../../api/index.ts";
import { type MachineView, type Refusal, summarizeRefusals } from "../../match/index.ts";
import { isReason } from "../../status/index.ts";
import { Assumptions } from "./assumptions.ts";
import { searchMachine } from "./machine-search.ts";
import type { ClaimPorts, ClaimWorld } from "./observe.ts";
import type { Unplaced } from "./summary.ts";

export type Placement =
  | { readonly kind: "bound"; readonly claim: Claim; readonly resourceName: string }
  | { readonly kind: "unplaced"; readonly unplaced: Unplaced; readonly recheckAfterMs?: number };

/** A machine that was refused may be free again then. */
const refusedRecheckMs = 1000;

/** Finds machines for claims and reserves them; the reservation is the server's, by one commit over claim and machine. */
export class Placer {
  readonly #ports: ClaimPorts;
  readonly #assumptions = new Assumptions();

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
  }

  /** `reason`: why it leaves the machine that it has. No wait between the match and the assumption: two claims must never be matched against the same free place. */
  async place(world: ClaimWorld, reason: string, signal: AbortSignal): Promise<Placement> {
    const { claim, component, nowAt } = world;
    const uid = claim.metadata.uid ?? "";
    const resources = this.#ports.cache(kinds.Resource);
    const refused = this.#assumptions.refusedFor(uid, nowAt);
    const input = {
      claim,
      ...(component !== undefined && { component }),
      isBound: world.resource !== undefined,
      nowAt,
      avoid: refused,
      assumed: this.#assumptions.byResource((one) => resources.byUid(one)),
    };
    const search = searchMachine(input, this.#ports);
    if ("reason" in search) return unplaced({ ...search, isStalled: true });
    const { machines, chosen, refusals, spare } = search;
    if (chosen === undefined) return this.#nothingFits(claim, machines, refusals, Object.keys(refused).length > 0);
    this.#assumptions.add(claim, component, chosen.uid);
    return this.#bind(claim, { machine: chosen, spare, reason }, signal);
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
    const isComing =
      eligible.length === 0 || eligible.some(({ reason }) => reason === "NotReady" || reason === "Residue");
    const isStalled = !isComing && !isRefused;
    const answer = unplaced({ reason: "Unschedulable", message, isStalled });
    return isRefused ? { ...answer, recheckAfterMs: refusedRecheckMs } : answer;
  }

  async #bind(
    claim: Claim,
    { machine: { name, uid }, spare, reason }: { machine: MachineView; spare: Claim | undefined; reason: string },
    signal: AbortSignal,
  ): Promise<Placement> {
    const { api, clock } = this.#ports;
    const claimUid = claim.metadata.uid ?? "";
    const { epoch } = claim.spec;
    const body = {
      apiVersion: "plush.dev/v1",
      kind: "Binding",
      resourceName: name,
      resourceUid: uid,
      epoch: epoch + 1,
      expectedEpoch: epoch,
      reason,
      ...(spare !== undefined && { spare: { name: spare.metadata.name, uid: spare.metadata.uid } }),
    };
    try {
      await api.post(kinds.Claim, keyOf(claim), "binding", body, { signal });
    } catch (error) {
      if (isReason(error, "Conflict")) this.#assumptions.refuse(claimUid, name, clock.now());
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

function unplaced(found: Unplaced): Extract<Placement, { kind: "unplaced" }> {
  return { kind: "unplaced", unplaced: found };
}
