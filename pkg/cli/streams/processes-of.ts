import { type KindInfo, type KubeObject, kinds, labels, type Process } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import type { Invocation } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What a kind's processes are found by. */
const labelByKind: Readonly<Record<string, string>> = {
  Application: labels.application,
  Component: labels.component,
  Phase: labels.phase,
};

/** Kinds to which processes belong. */
export function hasProcesses({ kind }: KindInfo): boolean {
  return kind === "Claim" || labelByKind[kind] !== undefined;
}

/** The processes of an application, component, phase or claim, narrowed by a selector where there is one. */
export async function processesOf(
  call: Invocation,
  kind: KindInfo,
  key: ObjectName,
  selector?: string,
): Promise<readonly Process[]> {
  const object = await (await call.session.client()).get<KubeObject>(kind, key);
  const label = labelByKind[kind.kind];
  if (kind.kind === "Claim") {
    const all = await listProcesses(call, key.namespace, selector);
    return all.filter(({ spec }) => spec.claimName === key.name);
  }
  if (label === undefined)
    throw new UsageError(`${kind.singular} has no processes: name a process, application, component, phase or claim`);
  const { labels: own = {} } = object.metadata;
  const application = kind.kind === "Application" ? key.name : own[labels.application];
  const value = kind.kind === "Application" ? key.name : (own[label] ?? key.name);
  const parts = [
    `${label}=${value}`,
    ...(application !== undefined && label !== labels.application ? [`${labels.application}=${application}`] : []),
    ...(selector === undefined ? [] : [selector]),
  ];
  return listProcesses(call, key.namespace, parts.join(","));
}

export async function listProcesses(
  call: Invocation,
  namespace: string,
  labelSelector: string | undefined,
): Promise<readonly Process[]> {
  const selection = labelSelector === undefined ? {} : { labelSelector };
  return (await listAll(await call.session.client(), kinds.Process, { namespace, ...selection })).items;
}
