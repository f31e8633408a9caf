import { type KindInfo, type KubeObject, kinds, labels } from "../../api/index.ts";
import { listAll } from "../../client/portable.ts";
import { foldNames } from "../../operations/index.ts";
import type { Session } from "../live/session.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Effect } from "./action.ts";
import { planOwned } from "./owned-plan.ts";

const application: readonly KindInfo[] = [
  ...[kinds.Component, kinds.Claim, kinds.Phase, kinds.Barrier, kinds.Process, kinds.ApplicationRevision],
];

/** Kinds whose objects may belong to one of a kind. */
const ownedKinds: Readonly<Record<string, readonly KindInfo[]>> = {
  Application: application,
  Component: [kinds.Claim, kinds.Process],
  Phase: [kinds.Process, kinds.Claim],
  Process: [kinds.Claim],
  ResourcePool: [kinds.Resource],
  Token: [kinds.RoleBinding, kinds.ClusterRoleBinding],
};

/** What goes with objects of a kind, and on which machines. */
export async function ownedEffects(
  session: Session,
  kind: KindInfo,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<readonly Effect[]> {
  const scope = scopeOf(kind, objects);
  const lists = (ownedKinds[kind.kind] ?? []).map(async (owned) => {
    const { items } = await listAll<KubeObject>(session.api, owned, { ...(owned.namespaced ? scope : {}), signal });
    return items.map((item) => ({ ...item, kind: owned.kind }));
  });
  const { counts, machines } = planOwned(objects, (await Promise.all(lists)).flat());
  return [
    ...[...counts].map(([name, count]): Effect => ({ tone: "bad", text: goWith(name, count) })),
    ...(machines.length > 0 ? [{ tone: "warn" as const, text: texts.machinesCleaned(foldNames(machines)) }] : []),
  ];
}

/** All that belongs to an application is labelled with its name. */
function scopeOf(kind: KindInfo, objects: readonly KubeObject[]): { namespace?: string; labelSelector?: string } {
  const [first, ...more] = objects;
  const { namespace, name } = first?.metadata ?? {};
  if (namespace === undefined || more.some(({ metadata }) => metadata.namespace !== namespace)) return {};
  const isOne = more.length === 0 && kind === kinds.Application;
  return { namespace, ...(isOne && { labelSelector: `${labels.application}=${name}` }) };
}

function goWith(name: string, count: number): string {
  const kind = [...Object.values(kinds)].find((candidate: KindInfo) => candidate.kind === name);
  return count === 1 ? texts.goesWith(`1 ${kind?.singular ?? name}`) : texts.goWith(count, kind?.plural ?? name);
}
