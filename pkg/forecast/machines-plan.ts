import { type Claim, isDeleting, kinds, labels } from "../api/index.ts";
import { isSpare } from "../graph/index.ts";
import { type RankedMachine, type Refusal, summarizeRefusals } from "../match/index.ts";
import type { PlannedMachine } from "../protocol/index.ts";
import type { BindingEvent, Forecast, PreemptionEvent } from "./forecast.ts";
import type { Scope } from "./scope.ts";
import type { WorldSource } from "./world.ts";

/** Of one member, so that a pool of thousands does not fill the answer. */
const namedRefusals = 50;

/** What becomes of the place of each member within a scope, in the order of components and ordinals. */
export function plannedMachines(forecast: Forecast, before: WorldSource, scope: Scope): readonly PlannedMachine[] {
  const { world, bindings, preemptions } = forecast;
  const taken = new Map(preemptions.map((one) => [one.claim.metadata.uid ?? "", one]));
  const claims = world.cache(kinds.Claim).list().filter(scope.hasClaim);
  const uids = new Set(claims.map(({ metadata }) => metadata.uid));
  const left = scope.namespaces
    .flatMap((namespace) => before.cache(kinds.Claim).list(namespace))
    .filter((claim) => scope.hasClaim(claim) && !uids.has(claim.metadata.uid));
  const last = new Map(bindings.map((binding) => [binding.claim.metadata.uid ?? "", binding]));
  const first = new Map([...bindings].reverse().map((binding) => [binding.claim.metadata.uid ?? "", binding]));
  const present = claims.map((claim) => {
    const uid = claim.metadata.uid ?? "";
    if (isDeleting(claim)) return released(claim);
    const binding = last.get(uid);
    const leaves = taken.get(uid);
    if (binding !== undefined && claim.spec.resourceName !== undefined)
      return withLoss(bound(claim, binding, leaves?.claim ?? first.get(uid)?.claim), leaves);
    if (claim.spec.resourceName === undefined) return withLoss(unplaced(claim, forecast), leaves);
    return { ...base(claim), action: "Stay" as const, resource: claim.spec.resourceName, why: "it has this machine" };
  });
  return [...present, ...left.map(released)].sort(inOrder);
}

function base({ metadata, spec }: Claim): Pick<PlannedMachine, "namespace" | "component" | "claim"> {
  const application = metadata.labels?.[labels.application];
  return {
    namespace: metadata.namespace ?? "",
    ...(application !== undefined && { application }),
    component: spec.component,
    ...(spec.ordinal !== undefined && { ordinal: spec.ordinal }),
    claim: metadata.name ?? "",
  };
}

function released(claim: Claim): PlannedMachine {
  const { resourceName } = claim.spec;
  return {
    ...base(claim),
    action: "Release",
    ...(resourceName !== undefined && { resource: resourceName }),
    why: isSpare(claim) ? "a member takes its place, or fewer spares are wanted" : "the component has fewer members",
  };
}

function bound(claim: Claim, { resourceName, search }: BindingEvent, before: Claim | undefined): PlannedMachine {
  const from = before?.spec.resourceName;
  const { ranking } = search;
  return {
    ...base(claim),
    action: from === undefined ? "Bind" : "Move",
    resource: resourceName,
    ...(from !== undefined && { from }),
    penalty: ranking[0]?.penalty ?? 0,
    why: whyChosen(ranking),
  };
}

/** Whose machine was taken says so first. */
function withLoss(planned: PlannedMachine, leaves: PreemptionEvent | undefined): PlannedMachine {
  if (leaves === undefined) return planned;
  const { resourceName } = leaves.claim.spec;
  return {
    ...planned,
    ...(resourceName !== undefined && { from: resourceName }),
    why: `${leaves.message}; ${planned.why}`,
  };
}

/** By what the first of the ranking is ahead of the second. */
function whyChosen([first, second, ...rest]: readonly RankedMachine[]): string {
  if (first === undefined || second === undefined) return "the only machine that will do";
  const among = `of ${rest.length + 2} machines that will do`;
  const against = (what: string): string => `${what} ${among} (next is ${second.name})`;
  if (first.penalty < second.penalty)
    return `least penalty ${among} (${first.penalty}; next is ${second.name} with ${second.penalty})`;
  if (first.spread.some((value, index) => value < (second.spread[index] ?? 0))) return against("best spread");
  if (first.claims < second.claims) return against("fewest claims");
  return `first by name ${among} (${second.name} is as good)`;
}

function unplaced(claim: Claim, forecast: Forecast): PlannedMachine {
  const search = forecast.search(claim);
  const shown = { ...base(claim), action: "Unplaced" as const };
  if ("reason" in search) return { ...shown, why: `${search.reason}: ${search.message}` };
  const eligible = search.refusals.filter(({ reason }) => reason !== "OtherPool");
  const isLimited = eligible.some(({ reason }) => reason === "QuotaExceeded");
  return {
    ...shown,
    why: `${isLimited ? "QuotaExceeded" : "Unschedulable"}: ${summarizeRefusals(eligible, eligible.length)}`,
    refusals: eligible.slice(0, namedRefusals).map(shownRefusal),
  };
}

function shownRefusal({ resource, reason, message, detail }: Refusal): {
  readonly resource: string;
  readonly reason: string;
  readonly message: string;
} {
  return { resource, reason, message: detail ?? message };
}

function inOrder(left: PlannedMachine, right: PlannedMachine): number {
  const place = ({ namespace, application = "", component }: PlannedMachine): string =>
    `${namespace}/${application}/${component}`;
  if (place(left) !== place(right)) return place(left) < place(right) ? -1 : 1;
  // Spares, which have none, come last.
  const [one, other] = [left.ordinal ?? Number.MAX_SAFE_INTEGER, right.ordinal ?? Number.MAX_SAFE_INTEGER];
  return one - other || (left.claim < right.claim ? -1 : 1);
}
