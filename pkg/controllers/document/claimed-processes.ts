import type { Process } from "../../api/index.ts";

/** Processes by the uid of the claim under which they are; worked out once for each list that a cache gives. */
export class ClaimedProcesses {
  readonly #known = new WeakMap<readonly Process[], ReadonlyMap<string, readonly Process[]>>();

  of(claimUid: string | undefined, processes: readonly Process[]): readonly Process[] {
    const known = this.#known.get(processes);
    const byClaim = known ?? groupByClaim(processes);
    if (known === undefined) this.#known.set(processes, byClaim);
    return byClaim.get(claimUid ?? "") ?? [];
  }
}

function groupByClaim(processes: readonly Process[]): ReadonlyMap<string, readonly Process[]> {
  const byClaim = new Map<string, Process[]>();
  for (const process of processes) {
    const uid = process.spec.claimUid ?? "";
    const group = byClaim.get(uid);
    if (group === undefined) byClaim.set(uid, [process]);
    else group.push(process);
  }
  return byClaim;
}
