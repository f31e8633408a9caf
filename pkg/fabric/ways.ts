import type { Connector } from "./fabric.ts";
import type { RelayWay } from "./relay-connector.ts";

/** How machines should be reached; asked by their links, which tell it what they meet. */
export interface Ways {
  /** direct: without a parent. Undefined: there is nothing better than what the link has. */
  wayTo(resourceUid: string): RelayWay | "direct" | undefined;
  /** Whether a parent through which it was reached before this server was started may still come. */
  awaitsParent(resourceUid: string): boolean;
  /** Something has changed: a machine has a link, which it had not, or another one. */
  reached(): void;
  connector(resourceUid: string, way: RelayWay): Pick<Connector, "connect">;
  /** Something about a machine has changed that decides about ways: its state, its session, its report. */
  changed(): void;
  /** The way through the parent broke, or led nowhere. */
  failed(resourceUid: string, parentUid: string, why: string): void;
}

export function isSameWay(left: RelayWay | "direct", right: RelayWay | "direct"): boolean {
  if (left === "direct" || right === "direct") return left === right;
  return left.parentUid === right.parentUid && left.session === right.session;
}
