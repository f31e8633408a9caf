import { type Application, type Claim, kinds, labels, resolveCount } from "../api/index.ts";
import type { RevisionContent } from "../graph/index.ts";
import { fieldChanges } from "../manifests/index.ts";
import type { PlannedAction, PlannedRollout, PlannedStep } from "../protocol/index.ts";
import type { ProcessEvent } from "./agents.ts";
import type { Forecast } from "./forecast.ts";
import type { Scope } from "./scope.ts";

/** What members of an application's components run, before and after; undefined where there is no such application. */
export interface Contents {
  readonly before: (application: Application) => ReadonlyMap<string, RevisionContent> | undefined;
  readonly after: (application: Application) => ReadonlyMap<string, RevisionContent> | undefined;
}

/** Which processes are stopped and started, by component, in the order in which that happens. */
export function plannedRestarts(forecast: Forecast, contents: Contents, scope: Scope): readonly PlannedRollout[] {
  const groups = new Map<string, ProcessEvent[]>();
  for (const event of forecast.processes) {
    if (!scope.hasClaim(event.claim)) continue;
    const { namespace = "", labels: own } = event.claim.metadata;
    const name = [namespace, own?.[labels.application] ?? "", event.claim.spec.component].join("/");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [event]);
    else group.push(event);
  }
  return [...groups.values()].map((events) => rolloutOf(events, forecast, contents));
}

function rolloutOf(events: readonly ProcessEvent[], forecast: Forecast, contents: Contents): PlannedRollout {
  const claim = events[0]?.claim;
  const namespace = claim?.metadata.namespace ?? "";
  const application = claim?.metadata.labels?.[labels.application];
  const component = claim?.spec.component ?? "";
  return {
    namespace,
    ...(application !== undefined && { application }),
    component,
    members: new Set(events.map((event) => event.claim.metadata.uid)).size,
    atATime: limitOf(claim, forecast),
    why: reasonsOf({ namespace, application, component }, forecast, contents),
    steps: stepsOf(events),
  };
}

function stepsOf(events: readonly ProcessEvent[]): readonly PlannedStep[] {
  const steps = new Map<number, PlannedAction[]>();
  for (const event of events) {
    const actions = steps.get(event.step);
    if (actions === undefined) steps.set(event.step, [actionOf(event)]);
    else actions.push(actionOf(event));
  }
  return [...steps].map(([step, actions]) => ({ step: step + 1, actions }));
}

function actionOf({ action, process, claim }: ProcessEvent): PlannedAction {
  const { phase, process: nested } = process.spec;
  const name = process.metadata.name ?? "";
  return {
    action,
    ordinal: claim.spec.ordinal ?? 0,
    ...(phase !== undefined && { phase }),
    process: nested ?? name,
    name,
    resource: claim.spec.resourceName ?? "",
  };
}

/** As the component's own strategy says it. */
function limitOf(claim: Claim | undefined, { world }: Forecast): number {
  const { namespace = "" } = claim?.metadata ?? {};
  const component = world.cache(kinds.Component).get({ namespace, name: claim?.spec.componentName ?? "" });
  if (component === undefined) return 1;
  const members = world.cache(kinds.Claim).ownedBy(component.metadata.uid ?? "").length;
  return Math.max(1, resolveCount(component.spec.updateStrategy.maxUnavailable, members, "down"));
}

function reasonsOf(
  { namespace, application, component }: { namespace: string; application: string | undefined; component: string },
  { world }: Forecast,
  { before, after }: Contents,
): readonly string[] {
  const object = world.cache(kinds.Application).get({ namespace, name: application ?? "" });
  if (object === undefined) return ["it is told so by its own object"];
  const [was, is] = [before(object)?.get(component), after(object)?.get(component)];
  if (was === undefined) return ["it is new"];
  const changes = fieldChanges(was, is).map(({ path, from, to }) => reasonText(path, from, to));
  return changes.length > 0 ? changes : ["members change, or an earlier change is still on its way"];
}

/** A field of a template in the words of the manifest. */
function reasonText(path: string, from: unknown, to: unknown): string {
  const [, phase, process, rest = ""] = /^phases\.([^.]+)\.([^.]+)(?:\.(.*))?$/.exec(path) ?? [];
  const file = /^files\[(.+)\]\.source$/.exec(rest)?.[1];
  if (file !== undefined) return `phase ${phase}, process ${process}: what file ${file} is made of has other content`;
  const values = `${shown(from)} → ${shown(to)}`;
  if (process !== undefined) return `phase ${phase}, process ${process}: ${rest === "" ? "it" : rest}: ${values}`;
  const software = /^software\.(.+)$/.exec(path)?.[1];
  return software === undefined ? `${path}: ${values}` : `package ${software}: ${values}`;
}

const shownLength = 120;

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
