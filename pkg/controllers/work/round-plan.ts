import type { Phase, WorkChunk, WorkChunkStatus, WorkItem } from "../../api/index.ts";
import {
  addSummaries,
  isOpenItem,
  noSummary,
  planWork,
  summarize,
  type WorkMember,
  type WorkPlan,
  type WorkSummary,
} from "../../work/index.ts";

export interface RoundInput {
  readonly phase: Phase;
  readonly round: number;
  /** False: what members have of it is taken back. */
  readonly open: boolean;
  /** All chunks of the round, by their first item. */
  readonly chunks: readonly WorkChunk[];
  readonly members: readonly WorkMember[];
  readonly nowMs: number;
}

export interface RoundPlan {
  /** Chunks that change, with what their status shall be. */
  readonly changed: readonly ChangedChunk[];
  readonly recheckAfterMs?: number;
}

export interface ChangedChunk {
  readonly chunk: WorkChunk;
  readonly status: WorkChunkStatus;
}

/** What becomes of the items of one round. Chunks of which nothing is open are not looked into. */
export function planRound({ phase, round, open, chunks, members, nowMs }: RoundInput): RoundPlan {
  const { work, phase: name } = phase.spec;
  if (work === undefined) throw new Error(`phase ${name} has no work`);
  const unsettled = chunks.filter((chunk) => isUnsettled(summarize(chunk)));
  const plan = planWork({
    rule: {
      phaseUid: phase.metadata.uid ?? "",
      round,
      open,
      retries: work.retries,
      perMember: work.perMember,
      speculate: work.speculate,
    },
    items: unsettled.flatMap(({ status }) => (status?.items ?? []).filter(isOpenItem)),
    fresh: freshOf(unsettled),
    members,
    pace: chunks.map(summarize).reduce(addSummaries, noSummary).pace,
    nowMs,
  });
  return {
    changed: applyTo(unsettled, plan),
    ...(plan.recheckAfterMs !== undefined && { recheckAfterMs: plan.recheckAfterMs }),
  };
}

function isUnsettled({ items, done, failed, held }: WorkSummary): boolean {
  return held > 0 || done + failed < items;
}

/** Numbers of items that nobody has had, ascending. */
function* freshOf(chunks: readonly WorkChunk[]): Generator<number> {
  for (const { spec, status } of chunks) {
    if ((status?.items?.length ?? 0) === spec.count) continue;
    const had = new Set(status?.items?.map(({ index }) => index));
    for (let index = spec.first; index < spec.first + spec.count; index++) if (!had.has(index)) yield index;
  }
}

function applyTo(chunks: readonly WorkChunk[], { changes }: WorkPlan): readonly ChangedChunk[] {
  return chunks.flatMap((chunk) => {
    const { first, count } = chunk.spec;
    const own = changes.filter(({ index }) => index >= first && index < first + count);
    return own.length === 0 ? [] : [{ chunk, status: withItems(chunk, own) }];
  });
}

function withItems(chunk: WorkChunk, changes: readonly WorkItem[]): WorkChunkStatus {
  const items = new Map((chunk.status?.items ?? []).map((item) => [item.index, item]));
  for (const item of changes) items.set(item.index, item);
  const sorted = [...items.values()].sort((left, right) => left.index - right.index);
  return { ...chunk.status, items: sorted };
}
