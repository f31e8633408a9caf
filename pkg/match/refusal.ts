/** Why a machine will not do. `message` is the same for all machines with the same fault; `detail` is about this one. */
export interface Refusal {
  readonly resource: string;
  readonly reason: RefusalReason;
  readonly message: string;
  readonly detail?: string;
}

export type RefusalReason =
  | "Deleting"
  | "OtherPool"
  | "NoAccess"
  | "QuotaExceeded"
  | "SelectorMismatch"
  | "Unschedulable"
  | "Quarantined"
  | "NotReady"
  | "Residue"
  | "Pressure"
  | "AttributeUnknown"
  | "AttributeOutOfBounds"
  | "NoVariant"
  | "Tainted"
  | "Dedicated"
  | "ComponentPresent"
  | "NamespacePresent"
  | "PortTaken"
  | "InsufficientCpu"
  | "InsufficientMemory"
  | "Avoided"
  | "LatencyUnknown"
  | "LatencyStale"
  | "LatencyOutOfBounds"
  | "AffinityUnmet"
  | "AntiAffinity"
  | "Skew"
  | "SpreadFull";

/** A refusal that does not name its machine yet. */
export type Fault = Omit<Refusal, "resource">;
