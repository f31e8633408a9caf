import type { Claim, Phase, WorkTemplate } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import { itemFilesName } from "../../graph/index.ts";
import type { EnvOrder, ProcessOrder, SoftwareOrder } from "../../protocol/index.ts";
import { resolveEnvironment, type ValueSource } from "../../values/index.ts";
import { itemUid } from "../../work/index.ts";
import { streamsOf } from "./streams-plan.ts";
import type { LeasedItem, MemberWork } from "./work-book.ts";

const stopTimeoutMs = 5000;
const log = { maxSizeBytes: 1 << 20, keep: 1 };
const unpackTimeoutMs = 600_000;

/** Attempts at items, as processes of their own; none while a value for them is missing. */
export function itemOrders(
  { phase, work, items }: MemberWork,
  claim: Claim,
  values: ValueSource,
): readonly ProcessOrder[] {
  if (items.length === 0) return [];
  const { env, missing } = resolveEnvironment({ env: work.env, envFrom: [] }, values);
  return items
    .filter(({ cancelled }) => cancelled || missing.length === 0)
    .map((item) => orderOf(phase, work, { item, env, epoch: claim.spec.epoch }));
}

function orderOf(
  phase: Phase,
  work: WorkTemplate,
  { item, env, epoch }: { readonly item: LeasedItem; readonly env: readonly EnvOrder[]; readonly epoch: number },
): ProcessOrder {
  const { index, attempt, cancelled, chunk } = item;
  const { round, first, texts } = chunk.spec;
  const { name = "", uid = "" } = phase.metadata;
  const text = texts?.[index - first] ?? String(index);
  return {
    uid: itemUid({ phaseUid: uid, round, index, attempt }),
    name: `${name}-item-${index}`,
    phase: phase.spec.phase,
    process: `item-${index}`,
    revision: String(round),
    epoch,
    intent: cancelled ? "Stop" : "Run",
    catchUp: false,
    argv: [...work.command, ...work.args],
    env,
    workingDir: `items/${name}/${round}.${index}.${attempt}`,
    restartPolicy: "Never",
    ports: [],
    stop: { delayMs: 0, signal: "TERM", timeoutMs: stopTimeoutMs },
    limits: {},
    log,
    ...streamsOf(work.outputs),
    withinMs: 0,
    resetAfterMs: 0,
    item: {
      work: uid,
      slots: work.perMember,
      text: work.files === undefined ? text : `${itemFilesName(phase.spec.phase)}/${text}`,
      isPath: work.files !== undefined,
      index,
      attempt,
      ...(work.timeout !== undefined && { timeoutMs: durationMs(work.timeout) }),
    },
  };
}

/** The archive of whose files items are: a package like any other, there before the phase opens. */
export function itemFiles({ phase, work }: MemberWork): readonly SoftwareOrder[] {
  const { blob, fileName = "" } = work.files ?? {};
  if (blob === undefined) return [];
  const format = fileName.endsWith(".tar") ? "tar" : "tar.gz";
  return [{ name: itemFilesName(phase.spec.phase), digest: blob, format, strip: 0, timeoutMs: unpackTimeoutMs }];
}
