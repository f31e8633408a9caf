/** As far as it matters here, what a machine reports of a claim. */
interface ClaimOnMachine {
  readonly epoch: number;
  readonly receipt?: { readonly epoch: number };
}

/**
 * Whether a binding was made by a server whose data was replaced by an older copy since: it may have been undone, on
 * its machine and elsewhere, after the copy was taken. Only its machine knows.
 */
export function isOlderBinding(epoch: number, epochFloor: number): boolean {
  return epoch > 0 && epoch < epochFloor;
}

/** Whether a machine that reports this of a claim has it under this very binding, and has not removed it. */
export function isHeld(epoch: number, report: ClaimOnMachine | undefined): boolean {
  return report?.epoch === epoch && (report.receipt === undefined || report.receipt.epoch < epoch);
}
