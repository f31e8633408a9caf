import { type Application, type ApplicationRevision, kinds } from "../../../api/index.ts";
import { formatTimestamp, systemClock } from "../../../clock/index.ts";
import {
  currentRevision,
  pauseChange,
  type RolloutChange,
  restartChange,
  resumeChange,
  rolloutManager,
  undoChange,
} from "../../../rollout/index.ts";
import type { Action, Effect } from "../../actions/action.ts";
import type { Session } from "../../live/session.ts";
import { applicationTexts } from "../../texts/application.ts";
import { changesBetween, type ValueChange } from "./revision-diff.ts";

const texts = applicationTexts.rollout;
/** Changes that are told one by one. */
const toldChanges = 8;
const longestValue = 80;

export function undoAction(
  application: Application,
  to: ApplicationRevision,
  all: readonly ApplicationRevision[],
): Action {
  const number = to.spec.revision;
  return steering(application, {
    title: texts.titles.undo(nameOf(application), number),
    words: ["undo"],
    more: ["--to-revision", String(number)],
    change: () => undoChange(number),
    effects: () => undoEffects(application, to, all),
  });
}

export function pauseAction(application: Application): Action {
  return steering(application, {
    title: texts.titles.pause(nameOf(application)),
    words: ["pause"],
    change: pauseChange,
    effects: () => [{ tone: "idle", text: texts.effects.pause }],
  });
}

export function resumeAction(application: Application): Action {
  return steering(application, {
    title: texts.titles.resume(nameOf(application)),
    words: ["resume"],
    change: resumeChange,
    effects: () => [{ tone: "busy", text: texts.effects.resume }],
  });
}

export function restartAction(application: Application): Action {
  const members = (application.status?.components ?? []).reduce((sum, { replicas = 0 }) => sum + replicas, 0);
  return steering(application, {
    title: texts.titles.restart(nameOf(application)),
    words: ["restart"],
    change: () => restartChange(formatTimestamp(systemClock.now())),
    effects: () => [{ tone: "warn", text: texts.effects.restart(members) }],
  });
}

interface Steering {
  readonly title: string;
  readonly words: readonly string[];
  readonly more?: readonly string[];
  readonly change: () => RolloutChange;
  readonly effects: () => readonly Effect[];
}

/** A change of what is rolled out, as `plush rollout` makes it: the same patch under the same name. */
function steering(application: Application, { title, words, more = [], change, effects }: Steering): Action {
  const { namespace = "", name = "" } = application.metadata;
  const patch = (session: Session, options: { dryRun?: boolean; signal?: AbortSignal }) =>
    session.api.patch(
      kinds.Application,
      { namespace, name },
      { type: "merge", body: change() },
      { fieldManager: rolloutManager, ...options },
    );
  return {
    title,
    command: ["rollout", ...words, `application/${name}`, ...more, "--namespace", namespace],
    async preview(session, signal) {
      // Who may not is told before, not after.
      await patch(session, { dryRun: true, signal });
      return effects();
    },
    async perform(session) {
      await patch(session, {});
    },
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

function nameOf({ metadata }: Application): string {
  return metadata.name ?? "";
}
