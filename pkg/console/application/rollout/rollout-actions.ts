import type { Application, ApplicationRevision } from "../../../api/index.ts";
import { currentRevision } from "../../../rollout/index.ts";
import type { Action, Effect } from "../../actions/action.ts";
import { undoRollout } from "../../actions/rollout.ts";
import { applicationTexts } from "../../texts/application.ts";
import { changesBetween, type ValueChange } from "./revision-diff.ts";

const texts = applicationTexts.rollout;
/** Changes that are told one by one. */
const toldChanges = 8;
const longestValue = 80;

/** Runs an earlier revision; says value by value what becomes of the members. */
export function undoTo(application: Application, to: ApplicationRevision, all: readonly ApplicationRevision[]): Action {
  return {
    ...undoRollout(application, to.spec.revision),
    preview: async () => undoEffects(application, to, all),
  };
}

function undoEffects(
  application: Application,
  to: ApplicationRevision,
  all: readonly ApplicationRevision[],
): readonly Effect[] {
  const current = all.find(({ spec }) => spec.revision === currentRevision(application, all));
  const pinned: Effect = { tone: "idle", text: texts.effects.pinned };
  if (current?.metadata.uid === to.metadata.uid) return [{ tone: "good", text: texts.effects.same }, pinned];
  const changes = current === undefined ? [] : changesBetween(current, to);
  const from = current === undefined ? texts.absent : String(current.spec.revision);
  const more = changes.length - toldChanges;
  return [
    { tone: "warn", text: texts.effects.undo(from, to.spec.revision) },
    ...(changes.length === 0 ? [{ tone: "good" as const, text: texts.effects.noDifference }] : []),
    ...changes.slice(0, toldChanges).map((change): Effect => ({ tone: "busy", text: changeWords(change) })),
    ...(more > 0 ? [{ tone: "idle" as const, text: texts.effects.more(more) }] : []),
    pinned,
  ];
}

export function changeWords({ path, before, after }: ValueChange): string {
  return texts.effects.replacedBy(path, valueText(before), valueText(after));
}

function valueText(value: unknown): string {
  const text = value === undefined ? texts.absent : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
