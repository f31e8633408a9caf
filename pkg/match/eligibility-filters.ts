import { matchesLabels, matchesMachine, noVariantText, type Taint, type Toleration } from "../api/index.ts";
import type { Fault, Filter } from "./filter.ts";
import { type AttributeRequirement, attributeOf } from "./machine-view.ts";

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

function attributeFault(requirement: AttributeRequirement, value: number | string | undefined): Fault | undefined {
  const { name, min, max } = requirement;
  if (value === undefined) return { reason: "AttributeUnknown", message: `${name} unknown` };
  if (requirement.in !== undefined && !requirement.in.some((one) => String(one) === String(value))) {
    return outOfBounds(`${name} not in ${requirement.in.join(", ")}`, name, value);
  }
  if (min === undefined && max === undefined) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) return outOfBounds(`${name} not a number`, name, value);
  if (min !== undefined && number < min) return outOfBounds(`${name} below min ${min}`, name, value);
  if (max !== undefined && number > max) return outOfBounds(`${name} above max ${max}`, name, value);
  return undefined;
}

function outOfBounds(message: string, name: string, value: number | string): Fault {
  return { reason: "AttributeOutOfBounds", message, detail: `${message}: ${name} is ${value}` };
}

export const notAvoided: Filter = (request, machine) => {
  const why = request.avoid[machine.name];
  if (why === undefined) return;
  return { reason: "Avoided", message: "just failed this claim", detail: `just failed this claim: ${why}` };
};
