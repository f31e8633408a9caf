import {
  type Application,
  type Claim,
  type Component,
  cpuMillis,
  type KindInfo,
  type KubeObject,
  kinds,
  memoryBytes,
} from "../api/index.ts";
import { countName } from "./names.ts";

/** What one object takes of its namespace's limits. */
export interface Charge {
  readonly amounts: readonly (readonly [measure: string, amount: number])[];
  /** Uid of the machine that it holds. */
  readonly machine?: string;
  /** How important it is, of those that say so themselves. */
  readonly priority?: number;
}

/** Undefined: nothing. An object that is being deleted counts until it is gone. */
export function chargeOf(kind: KindInfo, object: KubeObject): Charge | undefined {
  const name = countName(kind);
  if (name === undefined) return undefined;
  const counted: Charge = { amounts: [[name, 1]] };
  // What is stored under a kind was decoded as that kind.
  switch (kind.kind) {
    case kinds.Claim.kind:
      return claimCharge(counted, object as Claim);
    case kinds.Application.kind:
      return { ...counted, priority: (object as Application).spec.priority };
    case kinds.Component.kind:
      return componentCharge(counted, object as Component);
    default:
      return counted;
  }
}

function claimCharge({ amounts }: Charge, { spec }: Claim): Charge {
  const { requests, resourceUid } = spec;
  return {
    amounts: [
      ...amounts,
      ...(requests?.cpu === undefined ? [] : [["requests.cpu", cpuMillis(requests.cpu)] as const]),
      ...(requests?.memory === undefined ? [] : [["requests.memory", memoryBytes(requests.memory)] as const]),
    ],
    ...(resourceUid !== undefined && { machine: resourceUid }),
  };
}

/** An application's components are as important as it is. */
function componentCharge(counted: Charge, { spec }: Component): Charge {
  return spec.applicationName === undefined ? { ...counted, priority: spec.priority } : counted;
}
