import { controllerOf, keyOf, kinds, type Process } from "../../api/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { targetWords } from "./target.ts";

/** Whether something makes a process anew that is stopped. */
export function isMadeAnew(process: Process): boolean {
  return controllerOf(process)?.kind === kinds.Phase.kind && process.spec.restartPolicy !== "Never";
}

/** Has the Phase of a process make it anew, as deleting its Pod does: within what may be away of its component. */
export function restartProcess(process: Process): Action {
  return {
    title: texts.restartOne(process.metadata.name ?? ""),
    command: ["delete", ...targetWords(kinds.Pod, process), "--wait=false"],
    preview: async (session, signal) => {
      await session.api.delete(kinds.Pod, keyOf(process), { dryRun: true, signal });
      return [{ tone: "warn", text: texts.processAnew }];
    },
    perform: async ({ api }) => {
      await api.delete(kinds.Pod, keyOf(process));
    },
  };
}
