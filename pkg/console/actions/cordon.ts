import { kinds, type Resource } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { cordonChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";
import { makeChange } from "./target.ts";

/** No new work for a machine. */
export function cordon(machine: Resource): Action {
  const { name = "" } = machine.metadata;
  const claims = machine.status?.allocations?.length ?? 0;
  return cordonAction(machine, true, {
    title: texts.cordonOne(name),
    effects: [
      { tone: "warn", text: texts.noNewWork },
      { tone: "idle", text: texts.staysThere(claims) },
    ],
  });
}

/** Work again for a machine, after a cordon or a quarantine. */
export function uncordon(machine: Resource): Action {
  const { quarantine } = machine.status ?? {};
  return cordonAction(machine, false, {
    title: texts.uncordonOne(machine.metadata.name ?? ""),
    effects: [
      { tone: "good", text: texts.takesWork },
      ...(quarantine === undefined ? [] : [{ tone: "good" as const, text: texts.quarantineEnds(quarantine.reason) }]),
    ],
  });
}

function cordonAction(
  machine: Resource,
  unschedulable: boolean,
  look: { readonly title: string; readonly effects: readonly Effect[] },
): Action {
  return {
    title: look.title,
    command: [unschedulable ? "cordon" : "uncordon", machine.metadata.name ?? ""],
    preview: async () =>
      cordonChange(machine, unschedulable, 0) === undefined ? [{ tone: "idle", text: texts.alreadySo }] : look.effects,
    perform: async (session) => {
      // What is shown may be a moment old; what is done is about what is there.
      const live = await session.api.get(kinds.Resource, { namespace: "", name: machine.metadata.name ?? "" });
      const change = cordonChange(live, unschedulable, systemClock.now());
      if (change !== undefined) await makeChange(session, kinds.Resource, live, change);
    },
  };
}
