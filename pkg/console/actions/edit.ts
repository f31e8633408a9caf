import { type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { fields, makeMergePatch } from "../../merge/index.ts";
import type { Session } from "../live/session.ts";
import { editableObject, type ShownObject } from "../operate/object-text.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";
import { spokenName, targetWords } from "./target.ts";

export interface Edited {
  /** As it was when editing began. */
  readonly before: KubeObject;
  /** What it became in the editor. */
  readonly after: ShownObject;
  /** What the changes are made of; refused with Conflict where the object is another one by then. */
  readonly onto: KubeObject;
}

/** Makes of an object what was changed of it in an editor. */
export function edit(kind: KindInfo, { before, after, onto }: Edited): Action {
  const body = fields(makeMergePatch(editableObject(before), after));
  return {
    title: texts.saveOne(spokenName(kind, onto)),
    command: ["patch", ...targetWords(kind, onto), "-p", JSON.stringify(body)],
    async preview(session, signal) {
      const { objectChanges } = await import("../../manifests/portable.ts");
      const next = await write(session, kind, onto, body, { dryRun: true, signal });
      const changes = objectChanges(onto, next);
      return changes.length === 0 ? [{ tone: "idle", text: texts.alreadySo }] : changes.map(effectOf);
    },
    perform: async (session) => {
      await write(session, kind, onto, body, {});
    },
  };
}

function effectOf({
  path,
  from,
  to,
}: {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}): Effect {
  if (to === undefined) return { tone: "bad", text: texts.fieldGoes(path) };
  const [was, is] = [JSON.stringify(from), JSON.stringify(to)];
  if (from === undefined) return { tone: "good", text: texts.fieldComes(path, is) };
  return { tone: "warn", text: texts.fieldChanges(path, was, is) };
}

function write(
  { api }: Session,
  kind: KindInfo,
  onto: KubeObject,
  body: Readonly<Record<string, unknown>>,
  options: { readonly dryRun?: boolean; readonly signal?: AbortSignal },
): Promise<KubeObject> {
  const metadata = { ...fields(body["metadata"]), resourceVersion: onto.metadata.resourceVersion };
  const patch = { type: "merge" as const, body: { ...body, metadata } };
  const how = { ...options, fieldManager: "plush-patch", fieldValidation: "Strict" as const };
  return api.patch<KubeObject>(kind, keyOf(onto), patch, how);
}
