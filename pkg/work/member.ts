/** A holder of an ordinal, as far as work goes. */
export interface WorkMember {
  readonly claimUid: string;
  readonly epoch: number;
  readonly ordinal: number;
  readonly resourceName?: string;
  /** It is there and may be given more. */
  readonly pulls: boolean;
  /** Its machine tells how its items are: what it does not name it does not run. */
  readonly answers: boolean;
  /** What its machine tells of an attempt, by its uid. */
  readonly reports: ReadonlyMap<string, ItemReport>;
}

export type ItemReport =
  /** Not begun. */
  | { readonly kind: "pending" }
  /** Running, or its outputs are still being fetched. */
  | { readonly kind: "running" }
  | ({ readonly kind: "done" } & Ended & Fetched)
  | ({ readonly kind: "failed"; readonly reason: string; readonly output?: string } & Ended)
  /** It ended for no fault of its own: its machine was restarted, or the member was told to stop. */
  | { readonly kind: "returned" };

interface Ended {
  readonly exitCode?: number;
  readonly durationMs: number;
}

interface Fetched {
  readonly results?: readonly FetchedResult[];
  readonly missing?: string;
}

interface FetchedResult {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly truncated?: boolean;
}
