import { kinds, type Resource } from "../../api/index.ts";
import { trustChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { makeChange } from "./target.ts";

/** Accepts the host key that a machine presents now in place of the one it had. */
export function trust(machine: Resource): Action {
  const { hostKey = "–", presentedHostKey } = machine.status ?? {};
  return {
    title: texts.trustOne(machine.metadata.name ?? ""),
    command: ["trust", machine.metadata.name ?? ""],
    isDangerous: true,
    preview: async () =>
      presentedHostKey === undefined
        ? [{ tone: "idle", text: texts.noOtherKey }]
        : [
            { tone: "idle", text: texts.keyTrusted(hostKey) },
            { tone: "warn", text: texts.keyPresented(presentedHostKey) },
          ],
    async perform(session) {
      // The key that was shown, and no other that is presented meanwhile.
      const change = trustChange(machine);
      if (change !== undefined) await makeChange(session, kinds.Resource, machine, change);
    },
  };
}
