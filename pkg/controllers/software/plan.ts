import type { Software, SoftwareStatus } from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import { originsOf, type PackageOrigin } from "../../graph/index.ts";
import { type FetchOrder, type OriginObservation, type OriginPlan, planOrigin } from "./origin-plan.ts";

/** What is known of the world before deciding. */
export interface SoftwareObservation {
  readonly software: Software;
  /** One for each of `originsOf`, in its order. */
  readonly origins: readonly OriginObservation[];
  readonly nowMs: number;
  readonly nowText: string;
}

export interface SoftwarePlan {
  /** Fetch this now. */
  readonly fetch?: FetchOrder & {
    /** Which of `originsOf`. */
    readonly index: number;
  };
  readonly status: SoftwareStatus;
  readonly recheckAfterMs?: number;
}

/**
 * Decides what a package needs next. The digest of a source is held to once it has been seen: what came first is what
 * every machine gets, until the source or its sha256 changes. It is Ready when all of its variants are; they are fetched
 * one after the other.
 */
export function planSoftware(observation: SoftwareObservation): SoftwarePlan {
  const { software, origins: seen, nowMs } = observation;
  const origins = originsOf(software);
  const plans = origins.map((origin, index) => planOrigin({ origin, nowMs, ...seen[index] }));
  const index = plans.findIndex(({ fetch }) => fetch !== undefined);
  const order = plans[index]?.fetch;
  const rechecks = plans.flatMap(({ recheckAfterMs }) => recheckAfterMs ?? []);
  return {
    ...(order !== undefined && { fetch: { ...order, index } }),
    status: statusOf(observation, origins, plans),
    ...(rechecks.length > 0 && { recheckAfterMs: Math.min(...rechecks) }),
  };
}

function statusOf(
  { software, nowText }: SoftwareObservation,
  origins: readonly PackageOrigin[],
  plans: readonly OriginPlan[],
): SoftwareStatus {
  const variants = plans.filter((_plan, index) => origins[index]?.match !== undefined);
  const own = plans.find((_plan, index) => origins[index]?.match === undefined);
  const { generation } = software.metadata;
  const worst = summaryOf(plans);
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    state: worst.state,
    ...own?.resolved,
    ...(variants.length > 0 && { variants: variants.map(({ resolved }) => resolved) }),
    conditions: conditionsWith(software, rowsOf(worst, origins, plans), nowText),
  };
}

/** The one that a person wants to hear of first. */
function summaryOf(plans: readonly OriginPlan[]): OriginPlan {
  const [first] = plans;
  const worst =
    plans.find(({ state, isStalled }) => state === "Failed" && isStalled) ??
    plans.find(({ state }) => state === "Failed") ??
    plans.find(({ state }) => state === "Fetching");
  return worst ?? first ?? { state: "Ready", reason: "NothingToFetch", message: "", isStalled: false, resolved: {} };
}

function rowsOf(
  { state, reason, message, isStalled }: OriginPlan,
  origins: readonly PackageOrigin[],
  plans: readonly OriginPlan[],
): readonly ConditionRow[] {
  const unstalled: ConditionRow = ["Stalled", "False", "NotStalled", ""];
  if (state === "Ready") {
    const text =
      plans.length === 1 ? message : plans.map((plan, index) => variantText(plan, origins[index])).join("; ");
    return [["Ready", "True", reason, text], ["Reconciling", "False", "Settled", ""], unstalled];
  }
  if (state === "Fetching") {
    return [["Ready", "False", "Fetching", message], ["Reconciling", "True", "Fetching", message], unstalled];
  }
  return [
    ["Ready", "False", reason, message],
    [
      "Reconciling",
      "True",
      "Retrying",
      isStalled ? "looked at again with growing pauses" : "fetched again with growing pauses",
    ],
    isStalled ? ["Stalled", "True", reason, message] : unstalled,
  ];
}

function variantText({ message }: OriginPlan, origin: PackageOrigin | undefined): string {
  const match = Object.entries(origin?.match ?? {}).map(([name, value]) => `${name} ${value}`);
  return `${match.length === 0 ? "others" : match.join(", ")}: ${message}`;
}
