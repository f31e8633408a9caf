import { type Application, kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import {
  type Change,
  pauseRolloutChange,
  restartChange,
  resumeRolloutChange,
  undoChange,
} from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";
import { makeChange, targetWords } from "./target.ts";

interface Step {
  readonly words: readonly string[];
  readonly flags?: readonly string[];
  readonly title: string;
  readonly effect: Effect;
  readonly change: () => Change;
}

function rolloutAction(application: Application, { words, flags = [], title, effect, change }: Step): Action {
  return {
    title,
    command: ["rollout", ...words, ...targetWords(kinds.Application, application), ...flags],
    preview: async () => [effect],
    perform: (session) => makeChange(session, kinds.Application, application, change()),
  };
}

/** Restarts all processes, member by member. */
export function restartApplication(application: Application): Action {
  const { maxUnavailable } = application.spec.updateStrategy;
  return rolloutAction(application, {
    words: ["restart"],
    title: texts.restartOne(application.metadata.name ?? ""),
    effect: { tone: "warn", text: texts.oneAfterAnother(String(maxUnavailable)) },
    change: () => restartChange(systemClock.now()),
  });
}

/** Keeps changes and rolls out no more of them. */
export function pauseRollout(application: Application): Action {
  return rolloutAction(application, {
    words: ["pause"],
    title: texts.pauseOne(application.metadata.name ?? ""),
    effect: { tone: "idle", text: texts.changesKept },
    change: () => pauseRolloutChange,
  });
}

/** Rolls out what the spec says, after a pause or an undo. */
export function resumeRollout(application: Application): Action {
  return rolloutAction(application, {
    words: ["resume"],
    title: texts.resumeRolloutOne(application.metadata.name ?? ""),
    effect: { tone: "busy", text: texts.rollsOut },
    change: () => resumeRolloutChange,
  });
}

/** Runs an earlier revision. */
export function undoRollout(application: Application, revision: number): Action {
  return rolloutAction(application, {
    words: ["undo"],
    flags: ["--to-revision", String(revision)],
    title: texts.undoOne(application.metadata.name ?? "", revision),
    effect: { tone: "warn", text: texts.runsRevision(revision) },
    change: () => undoChange(revision),
  });
}
