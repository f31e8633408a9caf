import { type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import type { Change } from "../../operations/index.ts";
import type { Session } from "../live/session.ts";

/** An object in the words of a command line: KIND/NAME, and -n where it is in a namespace. */
export function targetWords(kind: KindInfo, object: KubeObject): readonly string[] {
  return [`${kind.singular}/${object.metadata.name ?? ""}`, ...namespaceWords(object)];
}

export function namespaceWords({ metadata }: KubeObject): readonly string[] {
  return metadata.namespace === undefined ? [] : ["-n", metadata.namespace];
}

/** "application web", as people say it. */
export function spokenName(kind: KindInfo, object: KubeObject): string {
  return `${kind.singular} ${object.metadata.name ?? ""}`;
}

/** Makes a change of an object. */
export async function makeChange(
  { api }: Session,
  kind: KindInfo,
  object: KubeObject,
  { body, fieldManager, subresource }: Change,
): Promise<void> {
  const options = { fieldManager, ...(subresource !== undefined && { subresource }) };
  await api.patch(kind, keyOf(object), { type: "merge", body }, options);
}
