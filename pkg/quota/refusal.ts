import type { ResourceQuota } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import { amountOf, amountText } from "./amounts.ts";
import type { Charge } from "./charge.ts";
import { machinesName, measureOf, priorityName } from "./names.ts";
import type { Usage } from "./usage.ts";

/** What one write does: what an object took before it and takes after it. */
export interface ChargeChange {
  readonly before: Charge | undefined;
  readonly after: Charge | undefined;
}

interface Excess {
  readonly name: string;
  readonly requested: string;
  readonly used: string;
  readonly limited: string;
}

/**
 * Why a write is more than the quotas of its namespace allow, in Kubernetes' words; undefined: it is not. Only what the
 * write adds counts against it: whoever is above a limit that was lowered may take less, and change what costs nothing.
 */
export function quotaRefusal(quotas: readonly ResourceQuota[], usage: Usage, change: ChargeChange): string | undefined {
  for (const { metadata, spec } of quotas) {
    const unsaid = missing(spec.hard, change);
    if (unsaid.length > 0) return `failed quota: ${metadata.name}: must specify ${unsaid.join(",")}`;
    const excess = Object.keys(spec.hard)
      .sort()
      .flatMap((name) => excessOf(name, spec.hard[name] ?? 0, usage, change) ?? []);
    if (excess.length === 0) continue;
    const listed = (field: "requested" | "used" | "limited"): string =>
      excess.map((one) => `${one.name}=${one[field]}`).join(",");
    return `exceeded quota: ${metadata.name}, requested: ${listed("requested")}, used: ${listed("used")}, limited: ${listed("limited")}`;
  }
  return undefined;
}

/** Claims have to say what they request of what is limited: else anybody could pass the limit by saying nothing. */
function missing(hard: ResourceQuota["spec"]["hard"], { before, after }: ChargeChange): readonly string[] {
  if (before !== undefined || after === undefined || !isClaim(after)) return [];
  const said = new Set(after.amounts.map(([measure]) => measure));
  return Object.keys(hard)
    .filter((name) => {
      const measure = measureOf(name) ?? "";
      return measure.startsWith("requests.") && !said.has(measure);
    })
    .sort();
}

function isClaim({ amounts }: Charge): boolean {
  return amounts.some(([measure]) => measure === "count/claims.plush.dev");
}

function excessOf(name: string, hard: string | number, usage: Usage, change: ChargeChange): Excess | undefined {
  const measure = measureOf(name);
  if (measure === undefined) return undefined;
  const limit = amountOf(measure, hard);
  const used = usage.of(measure);
  const added = addedOf(measure, usage, change);
  const isMore =
    measure === priorityName ? added !== undefined && added > limit : (added ?? 0) > 0 && used + (added ?? 0) > limit;
  if (!isMore || added === undefined) return undefined;
  const text = (amount: number): string => amountText(measure, amount);
  return { name, requested: text(added), used: text(used), limited: text(limit) };
}

/** How much more there is after the write; of priorities: the one that is asked for anew. */
function addedOf(measure: string, usage: Usage, { before, after }: ChargeChange): number | undefined {
  if (measure === priorityName) {
    const [was, is] = [before?.priority, after?.priority];
    return is !== undefined && (was === undefined || is > was) ? is : undefined;
  }
  if (measure === machinesName) return addedMachines(usage, { before, after });
  return sum(after, measure) - sum(before, measure);
}

function addedMachines(usage: Usage, { before, after }: ChargeChange): number {
  const [was, is] = [before?.machine, after?.machine];
  if (is === undefined || is === was || usage.holds(is)) return 0;
  // The machine that its last claim leaves makes room for the one it goes to.
  return was !== undefined && usage.claimsOn(was) === 1 ? 0 : 1;
}

function sum(charge: Charge | undefined, measure: string): number {
  return (charge?.amounts ?? []).reduce((total, [name, amount]) => total + (name === measure ? amount : 0), 0);
}

const causeReason = "QuotaExceeded";

/** What the cause of a refusal looks like to programs; people read the message. */
export function quotaCause(message: string): { readonly reason: string; readonly message: string } {
  return { reason: causeReason, message };
}

/** The words of a refusal by a quota; undefined for every other error. */
export function refusedByQuota(error: unknown): string | undefined {
  if (!(error instanceof StatusError) || error.reason !== "Forbidden") return undefined;
  return error.details.causes?.find(({ reason }) => reason === causeReason)?.message;
}
