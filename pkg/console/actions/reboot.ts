import { findCondition, type KubeObject, kinds, type Resource } from "../../api/index.ts";
import { follow } from "../../client/portable.ts";
import { formatDuration, systemClock } from "../../clock/index.ts";
import { defaultHoldMs, letGoChange } from "../../operations/index.ts";
import type { Session } from "../live/session.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { notify } from "../ui/notices.tsx";
import type { Action } from "./action.ts";
import { makeChange } from "./target.ts";

/** Restarts a machine; its work waits for it. */
export function reboot(machine: Resource): Action {
  const { name = "" } = machine.metadata;
  const hold = formatDuration(defaultHoldMs);
  return {
    title: texts.rebootOne(name),
    command: ["reboot", name],
    isDangerous: true,
    preview: async () => [{ tone: "warn", text: texts.rebootWaits(hold) }],
    async perform(session) {
      const key = { namespace: "", name };
      const before = await session.api.get(kinds.Resource, key);
      try {
        await session.api.post(kinds.Resource, key, "reboot", { hold });
      } catch (error) {
        // It stays up: nobody has to wait for it.
        await makeChange(session, kinds.Resource, before, letGoChange);
        throw error;
      }
      awaitBack(session, before).catch((error: unknown) => notify(String(error), "bad"));
    },
  };
}

/** Should it be lost again once it is back, that is no restart. */
async function awaitBack(session: Session, before: Resource): Promise<void> {
  const giveUp = AbortSignal.timeout(defaultHoldMs);
  const fieldSelector = `metadata.name=${before.metadata.name}`;
  const options = { clock: systemClock, signal: giveUp, fieldSelector };
  for await (const event of follow<Resource>(session.api, kinds.Resource, options)) {
    if (event.type !== "put" || !isBack(event.object, before)) continue;
    await makeChange(session, kinds.Resource, event.object, letGoChange);
    return;
  }
}

function isBack({ status }: Resource & KubeObject, before: Resource): boolean {
  const isReady = findCondition(status?.conditions, "Ready")?.status === "True";
  return isReady && status?.bootIdentity !== before.status?.bootIdentity;
}
