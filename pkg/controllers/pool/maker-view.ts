import type { MadeMachine } from "../../fabric/index.ts";

export type MakerVerb = "list" | "create" | "delete";

/** One thing that a maker is asked for. */
export type MakerOrder = { readonly verb: "list" } | { readonly verb: "create" | "delete"; readonly name: string };

/** Requests of one verb have failed since one was answered. */
export interface MakerFailure {
  readonly times: number;
  /** What the last of them said. */
  readonly message: string;
  /** No repetition will help until somebody does something. */
  readonly isFinal: boolean;
  /** Wall clock: the verb is not tried before. */
  readonly nextAt: number;
}

/** What is known of a pool's maker at one instant. */
export interface MakerView {
  /** Wall clock, when the last list was asked for; absent: there was none yet. */
  readonly listedAt?: number;
  /** By name; what was answered since to create and delete is in it. */
  readonly machines: ReadonlyMap<string, MadeMachine>;
  /** Since when each machine is seen, by name (wall clock). */
  readonly seenAt: ReadonlyMap<string, number>;
  /** Orders that have not been answered; `list`, `create NAME`. */
  readonly busy: ReadonlySet<string>;
  readonly failures: ReadonlyMap<MakerVerb, MakerFailure>;
  /** Wall clock, when the last create or delete began or ended, or the server started. */
  readonly activeAt: number;
}

export function orderText(order: MakerOrder): string {
  return order.verb === "list" ? "list" : `${order.verb} ${order.name}`;
}
