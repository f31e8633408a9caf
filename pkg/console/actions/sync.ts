import { type GitSync, kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { suspendSyncChange, syncNowChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { makeChange, namespaceWords } from "./target.ts";

/** Has a repository asked at once. */
export function syncNow(sync: GitSync): Action {
  return {
    title: texts.syncNowOne(nameOf(sync)),
    command: ["sync", "now", nameOf(sync), ...namespaceWords(sync)],
    preview: async () => [{ tone: "busy", text: texts.repositoryAsked(sync.spec.url) }],
    perform: (session) => makeChange(session, kinds.GitSync, sync, syncNowChange(systemClock.now())),
  };
}

/** Leaves everything that it has applied as it is. */
export function suspendSync(sync: GitSync): Action {
  return {
    title: texts.suspendSyncOne(nameOf(sync)),
    command: ["sync", "suspend", nameOf(sync), ...namespaceWords(sync)],
    preview: async () => [{ tone: "idle", text: texts.syncStays }],
    perform: (session) => makeChange(session, kinds.GitSync, sync, suspendSyncChange(true)),
  };
}

export function resumeSync(sync: GitSync): Action {
  return {
    title: texts.resumeSyncOne(nameOf(sync)),
    command: ["sync", "resume", nameOf(sync), ...namespaceWords(sync)],
    preview: async () => [{ tone: "good", text: texts.syncGoesOn }],
    perform: (session) => makeChange(session, kinds.GitSync, sync, suspendSyncChange(false)),
  };
}

function nameOf({ metadata }: GitSync): string {
  return metadata.name ?? "";
}
