import { kinds, type ObjectKey, type Process } from "../api/index.ts";
import { isObject } from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { type DeleteRequest, deleteObject } from "./delete.ts";
import { badRequest, invalidParameter } from "./errors.ts";
import { type EvictionPlan, planClaimEviction, planPodEviction } from "./eviction-plan.ts";
import { claimOf, memberWorld } from "./eviction-world.ts";
import { asApiObject } from "./object-state.ts";
import { checkPreconditions, commit, getLive, type Live } from "./objects.ts";

/** How an eviction is to be done. */
export interface EvictionRequest {
  readonly preconditions: NonNullable<DeleteRequest["preconditions"]>;
  readonly dryRun: boolean;
}

/** Asks a process to go, by the name of its pod. All up to the commit is one turn: budgets hold. */
export async function evictPod(
  backend: Backend,
  key: ObjectKey,
  request: EvictionRequest,
  context: WriteContext,
): Promise<void> {
  const live = getLive(backend, kinds.Pod, key);
  checkPreconditions(kinds.Pod, live.object, request.preconditions);
  const process = typed<Process>(getLive(backend, kinds.Process, key).object);
  const claim = claimOf(backend, process);
  const plan = planPodEviction({ process, ...(claim !== undefined && { member: memberWorld(backend, claim) }) });
  if (plan.kind === "delete")
    await deleteObject(
      backend,
      kinds.Process,
      key,
      { propagationPolicy: "Background" },
      { ...context, dryRun: request.dryRun },
    );
  else await carryOut(backend, plan, claim, request);
}

/** Asks a member to leave its machine. */
export async function evictClaim(backend: Backend, key: ObjectKey, request: EvictionRequest): Promise<void> {
  const live = getLive(backend, kinds.Claim, key);
  checkPreconditions(kinds.Claim, live.object, request.preconditions);
  await carryOut(backend, planClaimEviction(memberWorld(backend, live)), live, request);
}

/** Reads policy/v1 Eviction; throws BadRequest where a body is none, or names another object. `isDryRun`: the request's. */
export function readEviction(body: unknown, key: ObjectKey, isDryRun: boolean): EvictionRequest {
  if (!isObject(body)) throw badRequest("the body must be an Eviction");
  const { metadata, deleteOptions } = body;
  const name = isObject(metadata) ? metadata["name"] : undefined;
  if (typeof name === "string" && name !== "" && name !== key.name)
    throw badRequest(`name in URL does not match name in Eviction object: ${key.name} != ${name}`);
  const { dryRun, preconditions } = isObject(deleteOptions) ? deleteOptions : {};
  const { uid, resourceVersion } = isObject(preconditions) ? preconditions : {};
  return {
    preconditions: {
      ...(typeof uid === "string" && { uid }),
      ...(typeof resourceVersion === "string" && { resourceVersion }),
    },
    dryRun: isDryRun || asksDryRun(dryRun),
  };
}

/** Throws Invalid for what cannot be honoured: ignoring it would evict. */
function asksDryRun(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (!Array.isArray(value) || value.some((one) => one !== "All"))
    throw invalidParameter("deleteOptions.dryRun", 'Unsupported value: supported values: "All"');
  return value.length > 0;
}

async function carryOut(
  backend: Backend,
  plan: EvictionPlan,
  live: Live | undefined,
  { dryRun }: EvictionRequest,
): Promise<void> {
  if (plan.kind !== "move" || live === undefined || dryRun) return;
  const { namespace = "", name = "" } = plan.claim.metadata;
  await commit(backend, [{ kind: kinds.Claim, key: { namespace, name }, live, next: asApiObject(plan.claim) }]);
}

/** What was stored was decoded when it was written. */
function typed<T>(object: ApiObject): T {
  return object as unknown as T;
}
