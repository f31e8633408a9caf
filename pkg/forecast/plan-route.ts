import { type Application, type KubeObject, keyOf, kinds } from "../api/index.ts";
import type { Api, ExtraRequest, ExtraRoute } from "../apiserver/index.ts";
import { memberContents } from "../controllers/application/index.ts";
import type { RevisionContent } from "../graph/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import { type PlanStatus, planPath } from "../protocol/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import { type DryRun, dryRunAll } from "./dry-run.ts";
import { withExpectedDigest } from "./expected-software.ts";
import { type ForecastPorts, forecast, type WorldChange } from "./forecast.ts";
import { loanNotes } from "./loan-notes-plan.ts";
import { plannedMachines } from "./machines-plan.ts";
import { plannedNotes } from "./notes-plan.ts";
import { QuotaCount } from "./quota-count.ts";
import { plannedRestarts } from "./restarts-plan.ts";
import { scopeOf } from "./scope.ts";
import { type World, worldKinds } from "./world.ts";

export interface PlanRoutePorts extends Omit<ForecastPorts, "signal" | "usageOf"> {
  readonly api: Pick<Api, "find" | "localClient" | "usageOf">;
}

/** POST …/plans: tells what applying objects would do, and does nothing. */
export function makePlanRoute(ports: PlanRoutePorts): ExtraRoute {
  // Asked for now, so that they are filled when the first question comes.
  for (const kind of worldKinds) ports.cache(kind);
  return {
    method: "POST",
    path: planPath,
    async handle(request) {
      const { objects, force } = readPlan(request.body);
      const { usageOf } = ports.api;
      const quotas = new QuotaCount({ quotasOf: (one) => ports.cache(kinds.ResourceQuota).list(one), usageOf });
      const runs = await dryRunAll(objects, { api: ports.api, request, force, quotas });
      const answer = {
        apiVersion: "plush.dev/v1",
        kind: "Plan",
        metadata: { creationTimestamp: null },
        status: await planStatus(runs, request, ports),
      };
      return { code: 201, contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}

const maxObjects = 5000;

function readPlan(body: unknown): { readonly objects: readonly unknown[]; readonly force: boolean } {
  const plan: JsonObject = isObject(body) ? body : {};
  const { objects, force = false } = isObject(plan["spec"]) ? plan["spec"] : {};
  if (!Array.isArray(objects))
    throw new StatusError("Invalid", 'Plan.plush.dev "" is invalid: spec.objects: Required value');
  if (objects.length > maxObjects)
    throw new StatusError(
      "Invalid",
      `Plan.plush.dev "" is invalid: spec.objects: Too many: must have at most ${maxObjects} items`,
    );
  if (typeof force !== "boolean")
    throw new StatusError("Invalid", 'Plan.plush.dev "" is invalid: spec.force: Invalid value: must be true or false');
  return { objects, force };
}

/** Objects that are refused are told, and left out of the rest. */
async function planStatus(
  runs: readonly DryRun[],
  request: Pick<ExtraRequest, "authorize" | "signal">,
  ports: PlanRoutePorts,
): Promise<PlanStatus> {
  const changes = runs.flatMap(({ change }) => (change === undefined ? [] : [withExpectedDigest(change)]));
  const namespaces = namespacesOf(changes, ports);
  const coming = await forecast(changes, namespaces, {
    ...ports,
    usageOf: ports.api.usageOf,
    signal: request.signal,
  });
  const maySee = (resource: string, name?: { readonly namespace: string; readonly name: string }): boolean =>
    isAllowed(request, name === undefined ? { verb: "list", resource } : { verb: "get", resource, ...name });
  const scope = scopeOf(changes, coming, (namespace, name) => maySee(kinds.Application.plural, { namespace, name }));
  const machines = plannedMachines(coming, ports, scope);
  return {
    changes: changes.length > 0,
    diff: runs.map(({ told }) => told),
    machines: maySee(kinds.Resource.plural) ? machines : machines.map(({ refusals: _refusals, ...rest }) => rest),
    restarts: plannedRestarts(coming, contentsOf(coming.world, ports), scope),
    notes: [...plannedNotes(coming, scope), ...loanNotes(coming, scope)],
  };
}

/** What more important work takes its machines from may be anywhere. */
function namespacesOf(changes: readonly WorldChange[], { cache }: PlanRoutePorts): readonly string[] {
  const own = changes.flatMap(({ object }) => object.metadata.namespace ?? []);
  const mayPreempt = changes.some(({ object }) => isPreferred(object));
  const others = mayPreempt
    ? cache(kinds.Claim)
        .list()
        .map(({ metadata }) => metadata.namespace ?? "")
    : [];
  return [...new Set([...own, ...others])];
}

function isPreferred({ kind, spec }: KubeObject & { readonly spec?: { readonly priority?: number } }): boolean {
  const isPlaced = kind === kinds.Application.kind || kind === kinds.Component.kind;
  return isPlaced && (spec?.priority ?? 0) !== 0;
}

function isAllowed(
  { authorize }: Pick<ExtraRequest, "authorize">,
  attributes: Omit<Parameters<ExtraRequest["authorize"]>[0], "group">,
): boolean {
  try {
    authorize({ group: kinds.Application.group, ...attributes });
    return true;
  } catch (error) {
    if (isReason(error, "Forbidden")) return false;
    throw error;
  }
}

function contentsOf(world: World, { cache, clock }: PlanRoutePorts) {
  const content = (application: Application | undefined, at: Pick<PlanRoutePorts, "cache">) =>
    application && memberContents(application, { cache: at.cache, clock });
  return {
    before: (application: Application): ReadonlyMap<string, RevisionContent> | undefined =>
      content(cache(kinds.Application).get(keyOf(application)), { cache }),
    after: (application: Application): ReadonlyMap<string, RevisionContent> | undefined =>
      content(application, { cache: (kind) => world.cache(kind) }),
  };
}
