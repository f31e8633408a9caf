import type { KindInfo, KubeObject } from "../../api/index.ts";
import { metadataChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action } from "./action.ts";
import { makeChange, namespaceWords, spokenName } from "./target.ts";

export type MetadataValues = Readonly<Record<string, string | null>>;

/** Sets and removes labels of objects of one namespace; null removes. */
export function label(kind: KindInfo, objects: readonly KubeObject[], values: MetadataValues): Action {
  return metadataAction("labels", kind, objects, values);
}

export function annotate(kind: KindInfo, objects: readonly KubeObject[], values: MetadataValues): Action {
  return metadataAction("annotations", kind, objects, values);
}

function metadataAction(
  member: "labels" | "annotations",
  kind: KindInfo,
  objects: readonly KubeObject[],
  values: MetadataValues,
): Action {
  const [first] = objects;
  const what =
    objects.length === 1 && first !== undefined ? spokenName(kind, first) : `${objects.length} ${kind.plural}`;
  const isLabels = member === "labels";
  return {
    title: isLabels ? texts.labelMany(what) : texts.annotateMany(what),
    command: [
      isLabels ? "label" : "annotate",
      ...objects.map(({ metadata }) => `${kind.singular}/${metadata.name ?? ""}`),
      ...Object.entries(values).map(([name, value]) => (value === null ? `${name}-` : `${name}=${value}`)),
      "--overwrite",
      ...(first === undefined ? [] : namespaceWords(first)),
    ],
    preview: async () =>
      Object.entries(values).map(([name, value]) =>
        value === null
          ? { tone: "warn", text: texts.labelGoes(name) }
          : { tone: "good", text: texts.labelSet(name, value) },
      ),
    async perform(session) {
      for (const object of objects) await makeChange(session, kind, object, metadataChange(member, values));
    },
  };
}
