import { type Condition, findCondition, type KindInfo, type KubeObject, kinds, type Phase } from "../api/index.ts";
import type { PlanNote } from "../protocol/index.ts";
import type { Forecast } from "./forecast.ts";
import type { Scope } from "./scope.ts";

const toldKinds: readonly KindInfo[] = [kinds.Application, kinds.Component, kinds.Phase, kinds.Claim, kinds.Process];

/** What would need a person, in the words of the conditions that would be there. What is told of an owner is told once. */
export function plannedNotes({ world, isCut }: Forecast, scope: Scope): readonly PlanNote[] {
  const seen = new Set<string>();
  const notes = toldKinds.flatMap((kind) =>
    world
      .cache(kind)
      .list()
      .filter(scope.has)
      .flatMap((object): PlanNote[] => {
        const stalled = findCondition((object as Stallable).status?.conditions, "Stalled");
        if (stalled?.status !== "True" || seen.has(stalled.message)) return [];
        seen.add(stalled.message);
        const { namespace = "", name = "" } = object.metadata;
        return [{ kind: kind.kind, namespace, name, reason: stalled.reason, message: stalled.message }];
      }),
  );
  const work = world.cache(kinds.Phase).list().filter(scope.has).flatMap(unforeseen);
  const all = [...notes, ...work];
  return isCut ? [...all, { kind: "Plan", namespace: "", name: "", ...cut }] : all;
}

/** How items of work go nobody knows before: what waits for them is not followed. */
function unforeseen({ metadata, spec, status }: Phase): readonly PlanNote[] {
  if (spec.work === undefined || status?.state === "Released") return [];
  const { namespace = "", name = "" } = metadata;
  const message = "how its items go is not foreseen: what comes after it is not told";
  return [{ kind: kinds.Phase.kind, namespace, name, reason: "NotForeseen", message }];
}

type Stallable = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

const cut = {
  reason: "Cut",
  message: "there is more to it than is followed here: machines and restarts are not complete",
};
