import { type Application, kinds } from "../../api/index.ts";
import { abortChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { ownedEffects } from "./owned-effects.ts";
import { makeChange, targetWords } from "./target.ts";

/** Stops an application and cleans its machines; the object stays. */
export function abortApplication(application: Application): Action {
  const { name = "" } = application.metadata;
  return {
    title: texts.abortOne(name),
    command: ["abort", ...targetWords(kinds.Application, application)],
    isDangerous: true,
    preview: async (session, signal) => [
      ...(await ownedEffects(session, kinds.Application, [application], signal)),
      { tone: "idle", text: texts.keeps },
    ],
    perform: (session) => makeChange(session, kinds.Application, application, abortChange),
  };
}

/** A new run of an application that was aborted. */
export function startApplication(application: Application): Action {
  const { name = "" } = application.metadata;
  const body = { spec: { suspend: false } };
  return {
    title: texts.startOne(name),
    command: ["patch", ...targetWords(kinds.Application, application), "-p", JSON.stringify(body)],
    preview: async () => [{ tone: "good", text: texts.newRun }],
    perform: (session) => makeChange(session, kinds.Application, application, { body, fieldManager: "plush-patch" }),
  };
}
