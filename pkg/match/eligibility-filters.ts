import { matchesLabels, matchesMachine, noVariantText, type Taint, type Toleration } from "../api/index.ts";
import { attributeFault } from "./attribute-terms.ts";
import type { Filter } from "./filter.ts";
import { attributeOf } from "./machine-view.ts";
import { peerFault } from "./peer-terms.ts";

export const notDeleting: Filter = (_request, machine) =>
  machine.deleting ? { reason: "Deleting", message: "being deleted" } : undefined;

export const inPool: Filter = (request, machine) => {
  if (request.pools.length === 0 || (machine.pool !== undefined && request.pools.includes(machine.pool))) return;
  return { reason: "OtherPool", message: `not in pool ${request.pools.join(" or ")}` };
};

export const hasAccess: Filter = (request, machine) => {
  if (machine.accessNamespaces.includes("*") || machine.accessNamespaces.includes(request.namespace)) return;
  const by = machine.pool === undefined ? "" : ` (spec.access.namespaces of pool ${machine.pool})`;
  const message = `closed to namespace ${request.namespace}${by}`;
  return { reason: "NoAccess", message };
};

export const matchesSelector: Filter = (request, machine) => {
  if (request.selector === undefined || matchesLabels(request.selector, machine.labels)) return;
  return { reason: "SelectorMismatch", message: "labels do not match the selector" };
};

export const withinQuota: Filter = ({ heldOnly }, machine) =>
  heldOnly === undefined || heldOnly.machines.has(machine.uid)
    ? undefined
    : { reason: "QuotaExceeded", message: heldOnly.why };

export const schedulable: Filter = (_request, machine) =>
  machine.unschedulable ? { reason: "Unschedulable", message: "cordoned" } : undefined;

export const notQuarantined: Filter = (_request, machine) =>
  machine.quarantined ? { reason: "Quarantined", message: "quarantined" } : undefined;

export const isReady: Filter = (_request, machine) => {
  if (machine.ready) return;
  const why = machine.notReadyReason === undefined ? "" : ` (${machine.notReadyReason})`;
  return { reason: "NotReady", message: `not ready${why}` };
};

export const freeOfResidue: Filter = (_request, machine) => {
  if (machine.residue.length === 0) return;
  return {
    reason: "Residue",
    message: "still holding residue",
    detail: `still holding residue of ${machine.residue.join(", ")}`,
  };
};

export const notUnderPressure: Filter = (_request, { pressure = [] }) =>
  pressure.length === 0 ? undefined : { reason: "Pressure", message: `under ${pressure.join(" and ")}` };

export const tolerated: Filter = (request, machine) => {
  const taint = machine.taints.find((one) => !request.tolerations.some((each) => covers(each, one)));
  if (taint === undefined) return;
  return { reason: "Tainted", message: `tainted ${taint.key}${taint.value ? `=${taint.value}` : ""}:${taint.effect}` };
};

/** Whether a toleration covers a taint, by Kubernetes' rules. */
function covers(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.key === undefined) return toleration.operator === "Exists";
  if (toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? "");
}

export const attributesInBounds: Filter = (request, machine) => {
  for (const requirement of request.attributes) {
    const fault = attributeFault(requirement, attributeOf(machine, requirement.name));
    if (fault !== undefined) return fault;
  }
  return undefined;
};

export const packagesFit: Filter = (request, machine) => {
  const attribute = (name: string) => attributeOf(machine, name);
  const lacking = request.packages?.find(({ variants }) => !variants.some((one) => matchesMachine(one, attribute)));
  if (lacking === undefined) return;
  return { reason: "NoVariant", message: noVariantText(lacking.name, lacking.variants, attribute) };
};

export const notAvoided: Filter = (request, machine) => {
  // To look a name up costs more than all other filters together, and mostly there is none.
  if (isEmpty(request.avoid)) return;
  const why = request.avoid[machine.name];
  if (why === undefined) return;
  return { reason: "Avoided", message: "just failed this claim", detail: `just failed this claim: ${why}` };
};

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}

export const peersFit: Filter = (request, machine) => {
  for (const term of request.peers ?? []) {
    const fault = peerFault(term, machine);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
