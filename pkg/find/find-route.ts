import { type KindInfo, kinds, type ResourceQuery, type ResourceQueryStatus, usingPool } from "../api/index.ts";
import { type ExtraRequest, type ExtraRoute, invalid, readQuestion } from "../apiserver/index.ts";
import { type Clock, durationMs } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { machineView } from "../controllers/claim/index.ts";
import type { Fabric } from "../fabric/index.ts";
import { type GroupRequest, type MachineView, newPace, searchSet } from "../match/index.ts";
import { isReason } from "../status/index.ts";
import { answerOf, setsOf } from "./answer.ts";
import { explain } from "./explain.ts";
import { groupRequests } from "./group-requests.ts";
import { inTurns } from "./in-turns.ts";

export interface FindRoutePorts extends Pick<ControllerPorts, "cache"> {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "observe">;
}

/** POST …/resourcequeries: tells which machines are good for groups of members; takes nothing. */
export function makeFindRoute(ports: FindRoutePorts): ExtraRoute {
  // Asked for now, so that they are filled when the first question comes.
  const asked: readonly KindInfo[] = [kinds.Resource, kinds.ResourcePool, kinds.Component];
  for (const kind of asked) ports.cache(kind);
  return {
    method: "POST",
    path: "/apis/plush.dev/v1/namespaces/:namespace/resourcequeries",
    async handle(request) {
      const query = readQuestion(kinds.ResourceQuery, request.body);
      const { apiVersion, kind, metadata, spec } = query;
      const status = await statusOf(query, request, ports);
      const answer = { apiVersion, kind, metadata: { creationTimestamp: null, ...metadata }, spec, status };
      return { code: 201, contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}

async function statusOf(
  query: ResourceQuery,
  { namespace = "", authorize, signal }: Pick<ExtraRequest, "namespace" | "authorize" | "signal">,
  ports: FindRoutePorts,
): Promise<ResourceQueryStatus> {
  const machines = machinesOf(ports);
  const asked = groupRequests(query, {
    ...{ namespace, machines },
    pools: ports.cache(kinds.ResourcePool).list(),
    hasComponent: (name) => ports.cache(kinds.Component).get({ namespace, name }) !== undefined,
  });
  if (asked.kind === "invalid") throw invalid(kinds.ResourceQuery, "", asked.causes);
  if (asked.kind === "fault") return { found: false, optimal: true, message: asked.fault.message, sets: [] };
  const { groups } = asked;
  const seen = inPools(groups, machines);
  const turns = { clock: ports.clock, budgetMs: durationMs(query.spec.timeBudget), signal };
  const pace = newPace();
  const result = await inTurns(searchSet(groups, seen, pace), pace, turns);
  const status = answerOf(groups, result, seen.length);
  if (!query.spec.explain || !mayList(authorize)) return status;
  return { ...status, ...(await inTurns(explain(groups, seen, setsOf(groups, result)), pace, turns)) };
}

function machinesOf({ cache, fabric }: FindRoutePorts): readonly MachineView[] {
  const pools = new Map(
    cache(kinds.ResourcePool)
      .list()
      .map((pool) => [pool.metadata.name, pool]),
  );
  return cache(kinds.Resource)
    .list()
    .map((resource) => {
      const observation = fabric.observe(resource.metadata.uid ?? "");
      return machineView({ resource, pool: pools.get(usingPool(resource)), observation, assumed: [] });
    });
}

/** Machines of other pools are no news to anybody. */
function inPools(groups: readonly GroupRequest[], machines: readonly MachineView[]): readonly MachineView[] {
  const pools = new Set(groups.flatMap(({ request }) => request.pools));
  return machines.filter(({ pool = "" }) => pools.has(pool));
}

function mayList(authorize: ExtraRequest["authorize"]): boolean {
  const { group, plural } = kinds.Resource;
  try {
    authorize({ verb: "list", group, resource: plural });
    return true;
  } catch (error) {
    if (isReason(error, "Forbidden")) return false;
    throw error;
  }
}
