import { isDeleting, type MachineLoan, type Resource } from "../api/index.ts";
import { equalJson } from "../merge/index.ts";

/** What becomes of the loan of one machine. */
export interface LoanChange {
  readonly resourceName: string;
  readonly resourceUid: string;
  /** The loan as the caller knows it; absent: it is lent to nobody. */
  readonly known?: MachineLoan;
  /** The loan as it is to be; absent: the machine is back. */
  readonly next?: MachineLoan;
}

/** The machine as the commit writes it, or why there is none. */
export type LoanPlan = { readonly resource: Resource } | { readonly refusal: string };

/**
 * Decides on one machine's part of a loan, against the machine as it is at that moment: the loan stands on the machine, so
 * that it cannot be lent twice, whoever asks, however often, and whenever the server was killed.
 */
export function planLoan(resource: Resource | undefined, change: LoanChange): LoanPlan {
  const { resourceName: name, resourceUid, known, next } = change;
  if (resource === undefined || resource.metadata.uid !== resourceUid)
    return { refusal: `Resource ${name} is not there` };
  const { loan, ...status } = resource.status ?? {};
  if (!equalJson(loan ?? {}, known ?? {})) {
    const whose = loan === undefined ? "lent to nobody" : `lent to ${loan.pool} until ${loan.until}, term ${loan.term}`;
    return { refusal: `Resource ${name} is ${whose}` };
  }
  const refusal = refusalOf(resource, change);
  if (refusal !== undefined) return { refusal: `Resource ${name} ${refusal}` };
  return { resource: { ...resource, status: { ...status, ...(next !== undefined && { loan: next }) } } };
}

function refusalOf(resource: Resource, { known, next }: LoanChange): string | undefined {
  // What the provider lends is of this pool from the beginning: only how long is written down.
  if ((next ?? known)?.pool === resource.spec.poolName) return undefined;
  if (known === undefined) return grantRefusal(resource);
  return next === undefined ? returnRefusal(resource) : undefined;
}

/** Only what is nobody's is lent. */
function grantRefusal(resource: Resource): string | undefined {
  const { spec, status } = resource;
  if (isDeleting(resource)) return "is being deleted";
  if (spec.unschedulable) return "is cordoned";
  if ((status?.allocations ?? []).length > 0) return "holds claims";
  return (status?.residue ?? []).length > 0 ? "has still to be cleaned" : undefined;
}

/** Who gives it back has left it. */
function returnRefusal({ status }: Resource): string | undefined {
  return (status?.allocations ?? []).length > 0 ? "still holds claims" : undefined;
}
