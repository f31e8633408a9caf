import { type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { eachLimited } from "../../client/portable.ts";
import type { Session } from "../live/session.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";
import { ownedEffects } from "./owned-effects.ts";
import { namespaceWords, spokenName } from "./target.ts";

/** So many at the same time: a server has others to serve. */
const maxAtOnce = 8;

/** Deletes objects of one kind (and, where it has namespaces, of one), with what they own. */
export function deleteObjects(kind: KindInfo, objects: readonly KubeObject[]): Action {
  const [first] = objects;
  const isOne = objects.length === 1 && first !== undefined;
  return {
    title: isOne ? texts.deleteOne(spokenName(kind, first)) : texts.deleteMany(objects.length, kind.plural),
    command: [
      "delete",
      ...objects.map(({ metadata }) => `${kind.singular}/${metadata.name ?? ""}`),
      ...(first === undefined ? [] : namespaceWords(first)),
    ],
    isDangerous: true,
    async preview(session, signal) {
      await deleteAll(session, kind, objects, { dryRun: true, signal });
      return [...itself(kind, objects), ...(await ownedEffects(session, kind, objects, signal))];
    },
    perform: (session) => deleteAll(session, kind, objects, {}),
  };
}

/** More than a few names tell nobody anything. */
const maxNamed = 5;

function itself(kind: KindInfo, objects: readonly KubeObject[]): readonly Effect[] {
  const named = objects.slice(0, maxNamed).map((object) => texts.goes(spokenName(kind, object)));
  const more = objects.length - named.length;
  return [...named, ...(more > 0 ? [texts.goes(`… ${more} ${kind.plural}`)] : [])].map((text) => ({
    tone: "bad",
    text,
  }));
}

async function deleteAll(
  { api }: Session,
  kind: KindInfo,
  objects: readonly KubeObject[],
  options: { readonly dryRun?: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  await eachLimited(objects, maxAtOnce, (object) => {
    const { uid } = object.metadata;
    // One of the same name that was made meanwhile is another one.
    return api.delete(kind, keyOf(object), { ...options, ...(uid !== undefined && { preconditions: { uid } }) });
  });
}
