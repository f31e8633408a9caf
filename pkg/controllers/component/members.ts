import { type Claim, isDeleting, type Process } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import { Memo } from "../../controller/index.ts";
import {
  DagOrder,
  isSpare,
  type MemberReadiness,
  memberReadiness,
  memberRevision,
  phaseFacts,
  revisionsOf,
} from "../../graph/index.ts";
import type { ComponentWorld } from "./world.ts";

/** A member that is there, with how it does. */
export interface PresentMember extends MemberReadiness {
  readonly ordinal: number;
  readonly claim: Claim;
  /** Those that name its claim. */
  readonly processes: readonly Process[];
  readonly readyForMs: number;
}

/**
 * What members shall run; undefined while that is not known, or while the phases and the component do not say the same
 * (the application is still writing them): then nobody is updated.
 */
export function targetRevision({ component, phases, revision }: ComponentWorld): string | undefined {
  const revisions = revisionsOf(phases, component.spec.name);
  if (Object.keys(revisions).length === 0) return revision;
  return revision === memberRevision(revisions, []) ? revision : undefined;
}

/** Of a thousand members few change between two looks at them. */
const known = new Memo<Claim, MemberReadiness>();

/** Members whose claims are there to stay, by ordinal. */
export function presentMembers(world: ComponentWorld, target: string | undefined): readonly PresentMember[] {
  const byClaim = new Map<string | undefined, Process[]>();
  for (const process of world.processes) {
    const group = byClaim.get(process.spec.claimUid);
    if (group === undefined) byClaim.set(process.spec.claimUid, [process]);
    else group.push(process);
  }
  const order = new DagOrder(world.phases.map(({ spec }) => ({ name: spec.phase, after: spec.after })));
  return world.claims
    .filter((claim) => !isDeleting(claim) && !isSpare(claim))
    .map((claim) => {
      const component = world.component.spec.name;
      const processes = byClaim.get(claim.metadata.uid) ?? [];
      const facts = world.phases.flatMap((phase) => phaseFacts(phase, claim));
      const readiness = known.of(claim, [component, target, ...processes, ...facts], () =>
        memberReadiness(
          { claim, component, phases: world.phases, processes, ...(target !== undefined && { target }) },
          order,
        ),
      );
      const since = parseTimestamp(readiness.readySince ?? "");
      const readyForMs = since === undefined ? Number.POSITIVE_INFINITY : world.now - since;
      return { ...readiness, claim, processes, ordinal: claim.spec.ordinal ?? 0, readyForMs };
    })
    .sort((left, right) => left.ordinal - right.ordinal);
}
