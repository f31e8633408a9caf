/** Machines that pools lend to each other: granted, renewed, called back, emptied, returned. */
import { keyOf, kinds, type ObjectKey, type Resource, type ResourcePool } from "../../api/index.ts";
import { type Controller, type ControllerPorts, isWishOr, type ReconcileResult } from "../../controller/index.ts";
import { type LoanStep, type LoanWorld, planLoans } from "./plan.ts";
import { vacate } from "./vacate.ts";

export { makeProviderLoanController, type ProviderLoanPorts } from "./provider-loans.ts";

/** Of a machine that has to be empty and is not yet: it is asked again after so long. */
const vacatingMs = 2000;

export function makeLoanController(ports: ControllerPorts): Controller {
  const pools = ports.cache(kinds.ResourcePool);
  return {
    name: "loan",
    kind: kinds.ResourcePool,
    own: { when: isWishOr(() => []) },
    watches: [
      { kind: kinds.ResourcePool, keys: lenderOf, when: isWishOr(() => []) },
      { kind: kinds.Resource, keys: poolOf, when: isWishOr(loanFacts) },
    ],
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const donor = pools.get(key);
      if (donor === undefined) return {};
      const plan = planLoans(observe(donor, ports));
      for (const steps of plan.steps) await carryOut(donor, steps, ports, signal);
      for (const machine of plan.vacate) await vacate(machine, ports, signal);
      const rechecks = [plan.recheckAfterMs, plan.vacate.length > 0 ? vacatingMs : undefined].filter(
        (ms) => ms !== undefined,
      );
      return rechecks.length === 0 ? {} : { requeueAfterMs: Math.min(...rechecks) };
    },
  };
}

function observe(donor: ResourcePool, { cache, clock }: ControllerPorts): LoanWorld {
  return {
    donor,
    machines: cache(kinds.Resource).ownedBy(donor.metadata.uid ?? ""),
    borrowers: cache(kinds.ResourcePool)
      .list()
      .filter(({ spec }) => spec.provider.borrow?.pool === donor.metadata.name),
    nowAt: clock.now(),
  };
}

/** The record on the machines is the grant: there is nothing between the two. */
async function carryOut(
  donor: ResourcePool,
  steps: readonly LoanStep[],
  { api, events }: ControllerPorts,
  signal: AbortSignal,
): Promise<void> {
  const changes = steps.map(({ machine, next }) => ({
    resourceName: machine.metadata.name,
    resourceUid: machine.metadata.uid,
    ...(machine.status?.loan !== undefined && { known: machine.status.loan }),
    ...(next !== undefined && { next }),
  }));
  await api.post(kinds.ResourcePool, keyOf(donor), "loans", { changes }, { signal });
  for (const { machine, next, why } of steps) {
    const isBad = next?.ending === "Reclaimed" || next?.ending === "Unfit";
    events.record(machine, isBad ? "Warning" : "Normal", reasonOf(machine, next), why);
  }
}

function reasonOf({ status }: Resource, next: LoanStep["next"]): string {
  if (next === undefined) return "LoanReturned";
  if (next.ending !== undefined) return "LoanEnding";
  return status?.loan === undefined ? "Lent" : "LoanRenewed";
}

function lenderOf({ spec }: ResourcePool): readonly ObjectKey[] {
  const { borrow } = spec.provider;
  return borrow === undefined ? [] : [{ namespace: "", name: borrow.pool }];
}

function poolOf({ spec }: Resource): readonly ObjectKey[] {
  return spec.poolName === undefined ? [] : [{ namespace: "", name: spec.poolName }];
}

/** What decides whether a machine can be lent, or is back. */
function loanFacts({ status }: Resource): readonly unknown[] {
  const { loan, allocations = [], residue = [], conditions = [], quarantine } = status ?? {};
  const ready = conditions.find(({ type }) => type === "Ready")?.status;
  return [loan, allocations.length, residue.length, ready, quarantine === undefined];
}
