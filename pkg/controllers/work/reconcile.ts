import {
  type Claim,
  isDeleting,
  keyOf,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type Resource,
  type WorkChunk,
} from "../../api/index.ts";
import { type Controller, type ReconcileResult, writeChildren, writeStatus } from "../../controller/index.ts";
import { summarize } from "../../work/index.ts";
import { chunksOf } from "./chunk-plan.ts";
import { Collector } from "./collector.ts";
import { makeItems } from "./make-items.ts";
import { membersOf, type SeenMember } from "./members.ts";
import type { WorkPorts } from "./ports.ts";
import { planRound } from "./round-plan.ts";

/** What comes within so long of a write goes into the next one. */
const batchMs = 100;

/** Makes the items of work phases that open, gives them to members, and writes what comes of them, in batches. */
export function makeWorkController(ports: WorkPorts): Controller {
  const work = new Work(ports);
  const phases = ports.cache(kinds.Phase);
  const resources = ports.cache(kinds.Resource);
  // Asked for now, so that they are filled before the first reconcile.
  ports.cache(kinds.Component);
  ports.cache(kinds.ConfigMap);
  const withWork = ({ metadata }: Claim): readonly ObjectKey[] => {
    const application = metadata.labels?.[labels.application];
    const { namespace = "" } = metadata;
    const found =
      application === undefined ? phases.list(namespace) : phases.withLabel(labels.application, application, namespace);
    return found.filter(({ spec }) => spec.work !== undefined).map(keyOf);
  };
  return {
    name: "work",
    kind: kinds.Phase,
    own: { concerns: ({ spec }: Phase) => spec.work !== undefined },
    watches: [
      { kind: kinds.Claim, keys: withWork },
      {
        kind: kinds.WorkChunk,
        keys: ({ metadata, spec }: WorkChunk) => [{ namespace: metadata.namespace ?? "", name: spec.phaseName }],
      },
    ],
    signals: (enqueue) => {
      work.enqueue = enqueue;
      const stop = ports.fabric.subscribe((uid) => {
        for (const key of onMachine(resources.byUid(uid), ports).flatMap(withWork)) enqueue(key);
      });
      return () => {
        work.close();
        stop();
      };
    },
    async reconcile(key, { signal }) {
      const phase = phases.get(key);
      if (phase?.spec.work === undefined || isDeleting(phase)) return {};
      return work.reconcile(phase, signal);
    },
  };
}

class Work {
  readonly #ports: WorkPorts;
  readonly #collector: Collector;
  /** When chunks of a phase were last written, by its uid; of those that are open. */
  readonly #writtenAt = new Map<string, number>();
  enqueue: (key: ObjectKey) => void = () => undefined;

  constructor(ports: WorkPorts) {
    this.#ports = ports;
    this.#collector = new Collector(ports);
  }

  close(): void {
    this.#collector.close();
  }

  async reconcile(phase: Phase, signal: AbortSignal): Promise<ReconcileResult> {
    const { api, clock } = this.#ports;
    const { uid = "" } = phase.metadata;
    const chunks = this.#chunksOf(phase);
    const current = phase.status?.round ?? 0;
    const isOpen = phase.status?.state === "Open" && !phase.spec.suspend;
    if (isOpen && !isWhole(chunks, current)) return this.#make(phase, current, signal);
    const inUse = chunks.filter(({ spec }) => spec.round === current);
    const earlier = chunks.filter(({ spec }) => spec.round !== current);
    if (!isOpen && chunks.every((chunk) => summarize(chunk).held === 0)) this.#writtenAt.delete(uid);
    const waitMs = (this.#writtenAt.get(uid) ?? Number.NEGATIVE_INFINITY) + batchMs - clock.monotonic();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const members = this.#membersOf(phase);
    const nowMs = clock.now();
    const rounds = [...new Set(earlier.map(({ spec }) => spec.round))];
    const plans = [
      planRound({ phase, round: current, open: isOpen, chunks: inUse, members, nowMs }),
      ...rounds.map((round) => {
        const own = earlier.filter(({ spec }) => spec.round === round);
        return planRound({ phase, round, open: false, chunks: own, members, nowMs });
      }),
    ];
    const changed = plans.flatMap((plan) => plan.changed);
    if (changed.length > 0) this.#writtenAt.set(uid, clock.monotonic());
    // Whoever wrote meanwhile makes this a Conflict: it was planned from what the chunk was.
    await Promise.all(
      changed.map(({ chunk, status }) => writeStatus({ api, kind: kinds.WorkChunk, object: chunk, signal }, status)),
    );
    const over = earlier.filter((chunk) => summarize(chunk).held === 0);
    await writeChildren(
      over.map((object) => ({ verb: "delete", kind: kinds.WorkChunk, object })),
      { api, signal },
    );
    const recheckAfterMs = plans[0]?.recheckAfterMs;
    return recheckAfterMs === undefined ? {} : { requeueAfterMs: Math.max(batchMs, recheckAfterMs) };
  }

  async #make(phase: Phase, round: number, signal: AbortSignal): Promise<ReconcileResult> {
    const { api, cache } = this.#ports;
    const wanted = chunksOf(phase, round, await makeItems(phase, this.#ports));
    const missing = wanted.filter((chunk) => cache(kinds.WorkChunk).get(keyOf(chunk)) === undefined);
    await writeChildren(
      missing.map((object) => ({ verb: "create", kind: kinds.WorkChunk, object })),
      { api, signal },
    );
    return {};
  }

  #chunksOf(phase: Phase): readonly WorkChunk[] {
    return this.#ports
      .cache(kinds.WorkChunk)
      .ownedBy(phase.metadata.uid ?? "")
      .filter((chunk) => !isDeleting(chunk))
      .sort((left, right) => left.spec.first - right.spec.first);
  }

  #membersOf(phase: Phase): readonly SeenMember[] {
    const { outputs } = phase.spec.work ?? {};
    const members = membersOf(phase, this.#ports);
    if (outputs === undefined) return members;
    const named = new Set(members.flatMap(({ reports }) => [...reports.keys()]));
    this.#collector.keep(phase.metadata.uid ?? "", named);
    return members.map((member) => this.#collector.withResults(member, outputs, () => this.enqueue(keyOf(phase))));
  }
}

function isWhole(chunks: readonly WorkChunk[], round: number): boolean {
  const own = chunks.filter(({ spec }) => spec.round === round);
  const total = own[0]?.spec.total;
  return total !== undefined && own.reduce((sum, { spec }) => sum + spec.count, 0) >= total;
}

/** Claims that have a place on a machine. */
function onMachine(resource: Resource | undefined, { cache }: Pick<WorkPorts, "cache">): readonly Claim[] {
  return (resource?.status?.allocations ?? []).flatMap(({ claimUid }) => cache(kinds.Claim).byUid(claimUid) ?? []);
}
