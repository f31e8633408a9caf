import type { KubeObject } from "./object.ts";

/** All that machinery needs to know of a kind; made from schemas/<kind>.json. `T` is the type of its objects. */
export interface KindInfo<T extends KubeObject = KubeObject> {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
  /** Where scale reads and writes, as dotted paths; absent: no scale subresource. */
  readonly scale?: { readonly specReplicas: string; readonly statusReplicas: string; readonly selector?: string };
  readonly printerColumns: readonly PrinterColumn[];
  /** Dotted paths besides metadata.name and metadata.namespace that field selectors may use. */
  readonly selectableFields: readonly string[];
  /** Created and answered, never stored. */
  readonly createOnly?: boolean;
  /** The kind whose objects it shows in another shape: nothing is stored of it. */
  readonly viewOf?: string;
  /** What may be done with it; absent: everything. */
  readonly verbs?: readonly string[];
  /** Closed list of condition types with their reasons. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  /** Carries `T`; never set. */
  readonly type?: T;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** Dotted path with [?(@.type=="X")] allowed, as Kubernetes' additionalPrinterColumns. */
  readonly jsonPath: string;
  readonly description: string;
  /** Above 0: shown by -o wide alone. */
  readonly priority: number;
  readonly format?: string;
}

/** "plush.dev/v1", or "v1" for the core group. */
export function apiVersionOf(kind: KindInfo): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/** "applications.plush.dev", or "secrets": how messages name a kind. */
export function qualifiedResource(kind: KindInfo): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}
