import { type Application, keyOf, kinds, type Process } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { restartChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { makeChange, namespaceWords, spokenName } from "./target.ts";

/** Restarts all processes of applications of one namespace, in each member by member. */
export function restartApplications(applications: readonly Application[]): Action {
  const [first] = applications;
  const names = applications.map(({ metadata }) => `application/${metadata.name ?? ""}`);
  return {
    title: texts.restartMany(applications.length, kinds.Application.plural),
    command: ["rollout", "restart", ...names, ...(first === undefined ? [] : namespaceWords(first))],
    preview: async () =>
      applications.map((application) => ({
        tone: "warn",
        text: `${spokenName(kinds.Application, application)}: ${texts.oneAfterAnother(String(application.spec.updateStrategy.maxUnavailable))}`,
      })),
    async perform(session) {
      const change = restartChange(systemClock.now());
      for (const application of applications) await makeChange(session, kinds.Application, application, change);
    },
  };
}

/** Has the Phases of processes of one namespace make them anew. */
export function restartProcesses(processes: readonly Process[]): Action {
  const [first] = processes;
  const names = processes.map(({ metadata }) => `pod/${metadata.name ?? ""}`);
  return {
    title: texts.restartMany(processes.length, kinds.Process.plural),
    command: ["delete", ...names, ...(first === undefined ? [] : namespaceWords(first)), "--wait=false"],
    preview: async () =>
      processes.map((process) => ({
        tone: "warn",
        text: `${spokenName(kinds.Process, process)}: ${texts.processAnew}`,
      })),
    async perform({ api }) {
      for (const process of processes) await api.delete(kinds.Pod, keyOf(process));
    },
  };
}
