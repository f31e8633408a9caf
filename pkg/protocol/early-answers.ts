import type { BarrierAnswer } from "./document.ts";

/**
 * What barriers answer, told ahead of the documents that say the same: so many lines, for whose loss nobody waits. It says
 * what it is, so that no other signed text can be taken for one.
 */
export interface EarlyAnswers {
  readonly kind: "EarlyAnswers";
  readonly clusterUid: string;
  readonly term: number;
  /** The store's revision that holds these answers: documents of this one or later say them, where they still hold. */
  readonly generation: number;
  /** Some may be for other machines: a signature serves several. */
  readonly answers: readonly EarlyAnswer[];
}

/** Of the entry that a process of this claim made at `entryAt`, at this epoch of the claim. */
export interface EarlyAnswer extends BarrierAnswer {
  readonly claimUid: string;
  readonly epoch: number;
  readonly entryAt: string;
}

/** They as they travel: the exact bytes that were signed, and Ed25519's signature over them, base64. */
export interface SignedAnswers {
  readonly payload: string;
  readonly signature: string;
}
