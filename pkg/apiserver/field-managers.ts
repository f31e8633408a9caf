import { apiVersionOf, type KindInfo, type ManagedFieldsEntry } from "../api/index.ts";
import { isInternal } from "../auth/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import { decodeManagedFields, equalJson, type JsonObject, type Manager, trackUpdate } from "../merge/index.ts";
import type { ApiObject, WriteContext } from "./backend.ts";
import { typeOfKind } from "./kind-types.ts";

export function managerOf(
  kind: KindInfo,
  context: WriteContext,
  operation: "Apply" | "Update",
  subresource: string,
): Manager {
  return {
    name: context.fieldManager,
    operation,
    apiVersion: apiVersionOf(kind),
    ...(subresource !== "" && { subresource }),
  };
}

export interface TrackedUpdate {
  readonly kind: KindInfo;
  readonly before: ApiObject | undefined;
  readonly after: JsonObject;
  /** metadata.managedFields as the client sent it. */
  readonly sent: unknown;
  readonly subresource: string;
  readonly time: string;
}

/**
 * managedFields after a create or an update. Writes of the server's own controllers are not recorded: what they write
 * is theirs by kind, and a record of each would be larger than most statuses.
 */
export function managedAfterUpdate(update: TrackedUpdate, context: WriteContext): readonly ManagedFieldsEntry[] {
  const { kind, before, after, sent, subresource, time } = update;
  const live = before?.metadata.managedFields ?? [];
  if (isInternal(context.identity)) return live;
  const given = before === undefined ? undefined : givenEntries(sent, live);
  if (given !== undefined && given.length === 0) return [];
  return trackUpdate({
    type: typeOfKind(kind),
    before,
    after,
    managed: given ?? live,
    manager: managerOf(kind, context, "Update", subresource),
    time,
  });
}

/**
 * What a client wants managedFields to be; undefined where it wants no change, empty where it wants them cleared.
 * Clients send them back with times written another way: that is no change.
 */
function givenEntries(sent: unknown, live: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] | undefined {
  if (sent === live || !Array.isArray(sent)) return undefined;
  const entries = sent as readonly ManagedFieldsEntry[];
  if (entries.length === 0) return live.length === 0 ? undefined : [];
  if (entries.length === 1 && equalJson(entries[0], {})) return [];
  return equalJson(comparable(entries), comparable(live)) ? undefined : entries;
}

function comparable(entries: readonly ManagedFieldsEntry[]): unknown {
  return decodeManagedFields(entries).map(({ manager, fields, time }) => {
    const at = parseTimestamp(time) ?? 0;
    return { manager: { ...manager }, fields, at: Math.floor(at / 1000) };
  });
}
