/** GET: of which time the server still knows what was there. */
export const historyRoute = "/plush/v1/history";

export interface HistoryAnswer {
  /**
   * Revisions and when they were, in their order, the last is now. Lists at a revision in between are answered
   * (resourceVersionMatch=Exact), and watches from it.
   */
  readonly marks: readonly HistoryMark[];
}

export interface HistoryMark {
  readonly resourceVersion: string;
  /** RFC 3339. */
  readonly at: string;
}
