import { annotations, kinds, type ObjectKey } from "../api/index.ts";
import { formatTimestamp, parseDuration } from "../clock/index.ts";
import { isObject } from "../merge/index.ts";
import type { Backend } from "./backend.ts";
import { badRequest } from "./errors.ts";
import type { ObjectActions } from "./object-actions.ts";
import { commit, getLive, withMetadata } from "./objects.ts";

/** resources/NAME/reboot: has the machine restart; {hold: "5m"}: so long its work waits for it. */
export function machineActions(backend: Backend, reboot: (resourceUid: string) => Promise<void>): ObjectActions {
  return {
    async "resources/reboot"({ key, body, dryRun }) {
      const holdMs = readHold(body);
      const { object } = getLive(backend, kinds.Resource, key);
      if (dryRun) return;
      // Before it goes down: nobody may be replaced in between.
      if (holdMs > 0) await hold(backend, key, formatTimestamp(backend.clock.now() + holdMs));
      await reboot(object.metadata.uid ?? "");
    },
  };
}

async function hold(backend: Backend, key: ObjectKey, until: string): Promise<void> {
  const live = getLive(backend, kinds.Resource, key);
  const { metadata } = live.object;
  const held = { ...metadata, annotations: { ...metadata.annotations, [annotations.holdUntil]: until } };
  await commit(backend, [{ kind: kinds.Resource, key, live, next: withMetadata(live.object, held) }]);
}

function readHold(body: unknown): number {
  const text = isObject(body) ? body["hold"] : undefined;
  if (text === undefined || text === null) return 0;
  const milliseconds = typeof text === "string" ? parseDuration(text) : undefined;
  if (milliseconds === undefined) throw badRequest(`hold: ${JSON.stringify(text)} is no duration, such as 5m`);
  return milliseconds;
}
