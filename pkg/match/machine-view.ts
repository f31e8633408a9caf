import type { AttributeMatch, LabelSelector, Taint, Toleration } from "../api/index.ts";
import type { AttributeRequirement } from "./attribute-terms.ts";
import type { Peer, PeerTerm } from "./peer-term.ts";

/** What matching knows of one machine: facts alone, nothing of how they were learnt. */
export interface MachineView extends Peer {
  readonly uid: string;
  readonly pool?: string;
  /** Namespaces whose claims may be placed here; "*" is all of them. */
  readonly accessNamespaces: readonly string[];
  readonly unschedulable: boolean;
  readonly deleting: boolean;
  readonly quarantined: boolean;
  readonly ready: boolean;
  /** CamelCase word of the Ready condition where it is not True. */
  readonly notReadyReason?: string;
  readonly taints: readonly Taint[];
  readonly allocatable: Capacity;
  readonly allocations: readonly AllocationView[];
  /** Claims whose remains the machine still holds; nothing is bound to it before they are gone. */
  readonly residue: readonly string[];
  /** Conditions by which it is short of what every claim needs: DiskPressure, MemoryPressure. */
  readonly pressure?: readonly string[];
  /** Whether processes of different namespaces run as different users here. */
  readonly separatesUsers: boolean;
}

/** A resource that is absent is unknown in an `allocatable`, and not asked for in a request. */
export interface Capacity {
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

/** A claim that holds room on a machine. */
export interface AllocationView {
  readonly claimUid: string;
  readonly claimName: string;
  readonly namespace: string;
  /** Name of the Component object, or of whatever else made the claim. */
  readonly component: string;
  readonly requests: Capacity;
  readonly ports: readonly number[];
  readonly dedicated: boolean;
}

/** What one claim asks of a machine. */
export interface MatchRequest {
  readonly namespace: string;
  readonly component: string;
  /** Names of the pools that will do; empty: any. */
  readonly pools: readonly string[];
  readonly selector?: LabelSelector;
  readonly attributes: readonly AttributeRequirement[];
  readonly spread: readonly SpreadRule[];
  /** What is asked of it by where others are. */
  readonly peers?: readonly PeerTerm[];
  readonly tolerations: readonly Toleration[];
  readonly requests: Capacity;
  readonly ports: readonly number[];
  /** Packages that are not for every machine; absent: they are not looked at. */
  readonly packages?: readonly PackageNeed[];
  /** No machines but these, by uid, because the namespace has all that a quota lets it have. */
  readonly heldOnly?: { readonly machines: ReadonlySet<string>; readonly why: string };
  /** How many claims of the component one machine may hold. */
  readonly perMachine: number;
  readonly dedicated: boolean;
  /** Machines that just failed this claim, by name, each with the reason in words. */
  readonly avoid: Readonly<Record<string, string>>;
}

/** A package that has variants alone: one of them must fit the machine. */
export interface PackageNeed {
  readonly name: string;
  readonly variants: readonly AttributeMatch[];
}

/** How members are spread over the values of a label or attribute. */
export interface SpreadRule {
  readonly by: string;
  /** Largest difference of members between two values. */
  readonly maxSkew: number;
  /** Most members that may share a value. */
  readonly max?: number;
}

/** An attribute, or else a label of that name. */
export function attributeOf(machine: Pick<Peer, "attributes" | "labels">, name: string): number | string | undefined {
  return machine.attributes[name] ?? machine.labels[name];
}
