import { type KindInfo, type KubeObject, readPath } from "../../api/index.ts";
import { scaleChange } from "../../operations/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";
import { makeChange, targetWords } from "./target.ts";

/** How many members an object wants; undefined where it cannot be scaled. */
export function replicasOf(kind: KindInfo, object: KubeObject): number | undefined {
  if (kind.scale === undefined) return undefined;
  const value = readPath(object, kind.scale.specReplicas);
  return typeof value === "number" ? value : undefined;
}

export function scale(kind: KindInfo, object: KubeObject, replicas: number): Action {
  const now = replicasOf(kind, object) ?? 0;
  return {
    title: texts.scaleOne(object.metadata.name ?? "", replicas),
    command: ["scale", ...targetWords(kind, object), "--replicas", String(replicas)],
    isDangerous: replicas < now,
    preview: async () => [membersEffect(now, replicas)],
    perform: (session) => makeChange(session, kind, object, scaleChange(replicas)),
  };
}

function membersEffect(from: number, to: number): Effect {
  if (to > from) return { tone: "good", text: texts.membersMore(from, to) };
  return to < from
    ? { tone: "warn", text: texts.membersFewer(from, to) }
    : { tone: "idle", text: texts.membersSame(to) };
}
