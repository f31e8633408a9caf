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

/** What of a kind is meant: its processes by name where they are few and known, else by a selector. */
export type ChosenProcesses = { readonly selector: string } | { readonly processes: readonly string[] };

/** The processes of an application, component, phase or claim, narrowed by a selector where there is one. */
export async function chosenOf(
  call: Invocation,
  kind: KindInfo,
  key: ObjectName,
  selector?: string,
): Promise<ChosenProcesses> {
  const object = await (await call.session.client()).get<KubeObject>(kind, key);
  const label = labelByKind[kind.kind];
  if (kind.kind === "Claim") {
    const all = await listProcesses(call, key.namespace, selector);
    const own = all.filter(({ spec }) => spec.claimName === key.name);
    return { processes: own.map(({ metadata }) => metadata.name ?? "") };
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
  return { selector: parts.join(",") };
}

/** The same, as objects. */
export async function processesOf(
  call: Invocation,
  kind: KindInfo,
  key: ObjectName,
  selector?: string,
): Promise<readonly Process[]> {
  const chosen = await chosenOf(call, kind, key, selector);
  if ("selector" in chosen) return listProcesses(call, key.namespace, chosen.selector);
  const names = new Set(chosen.processes);
  return (await listProcesses(call, key.namespace, selector)).filter(({ metadata }) => names.has(metadata.name ?? ""));
}

async function listProcesses(
  call: Invocation,
  namespace: string,
  labelSelector: string | undefined,
): Promise<readonly Process[]> {
  const selection = labelSelector === undefined ? {} : { labelSelector };
  return (await listAll(await call.session.client(), kinds.Process, { namespace, ...selection })).items;
}
