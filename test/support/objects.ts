/** The parts of API objects that stories look at. */
export interface SeenObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly annotations?: Record<string, string> };
  readonly spec: Readonly<Record<string, never>> & {
    readonly resourceName?: string;
    readonly epoch?: number;
    readonly ordinal?: number;
  };
  readonly status?: {
    readonly state?: string;
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
    readonly residue?: readonly { claimName: string }[];
    readonly orphans?: readonly { name: string }[];
    readonly allocations?: readonly { claimName: string }[];
    readonly restarts?: number;
    readonly pid?: number;
    readonly resourceName?: string;
    readonly ports?: Readonly<Record<string, number>>;
    readonly replacements?: readonly { from: string; to?: string; reason: string }[];
  };
}

export function conditionOf(object: SeenObject, type: string): string {
  const condition = object.status?.conditions?.find((candidate) => candidate.type === type);
  return condition === undefined ? "none" : `${condition.status} ${condition.reason}: ${condition.message}`;
}
