import type { PeerTerm } from "../peer-term.ts";

/** What one term about peers is worth on each machine, kept from one claim to the next. */
export interface PeerColumn {
  /** Takes in where the peers are now; true where machines may pay something else for it. */
  follow(term: PeerTerm): boolean;
  /** The machine has become another one. */
  refresh(at: number): void;
  isMet(at: number): boolean;
  penalty(at: number): number;
}
