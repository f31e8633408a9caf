import { kinds, type ResourcePool } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { resumePoolChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { makeChange } from "./target.ts";

/** Replaces what a pool has lost although its brake is on. */
export function resumePool(pool: ResourcePool): Action {
  const { name = "" } = pool.metadata;
  return {
    title: texts.resumePoolOne(name),
    command: ["resume", name],
    preview: async () =>
      pool.status?.braked === true
        ? [{ tone: "warn", text: texts.brakeOff }]
        : [{ tone: "idle", text: texts.brakeNotOn }],
    perform: (session) => makeChange(session, kinds.ResourcePool, pool, resumePoolChange(systemClock.now())),
  };
}
