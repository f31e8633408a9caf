import { kinds, type MachineLoan, type ObjectKey, type Resource } from "../api/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import { isObject } from "../merge/index.ts";
import type { Backend } from "./backend.ts";
import { badRequest, conflict } from "./errors.ts";
import { type LoanChange, planLoan } from "./loan-plan.ts";
import type { ObjectActions } from "./object-actions.ts";
import { asApiObject } from "./object-state.ts";
import { commit, findLive, getLive, type Put } from "./objects.ts";

/** resourcepools/NAME/loans: machines of the pool are lent, lent on, or taken back: all that are named, or none. */
export function loanActions(backend: Backend): ObjectActions {
  return {
    "resourcepools/loans": ({ key, body, dryRun }) => change(backend, key, readChanges(body), dryRun),
  };
}

/** Everything up to the commit happens in one turn: nobody can be lent one of the machines between. */
async function change(
  backend: Backend,
  key: ObjectKey,
  changes: readonly LoanChange[],
  dryRun: boolean,
): Promise<{ readonly changed: number }> {
  const { object: pool } = getLive(backend, kinds.ResourcePool, key);
  const puts = changes.map((one): Put => {
    const place = { namespace: "", name: one.resourceName };
    const live = findLive(backend, kinds.Resource, place);
    const resource = live && (live.object as unknown as Resource);
    if (resource !== undefined && resource.spec.poolName !== pool.metadata.name)
      throw badRequest(`Resource ${one.resourceName} is not of pool ${key.name}`);
    const plan = planLoan(resource, one);
    if ("refusal" in plan) throw conflict(kinds.ResourcePool, key.name, plan.refusal);
    return { kind: kinds.Resource, key: place, live, next: asApiObject(plan.resource) };
  });
  if (!dryRun && puts.length > 0) await commit(backend, puts);
  return { changed: puts.length };
}

function readChanges(body: unknown): readonly LoanChange[] {
  const changes = isObject(body) ? body["changes"] : undefined;
  if (!Array.isArray(changes)) throw badRequest("loans need changes: a list");
  const read = changes.map(readChange);
  if (new Set(read.map(({ resourceName }) => resourceName)).size < read.length)
    throw badRequest("a machine stands twice among the changes");
  return read;
}

function readChange(value: unknown): LoanChange {
  if (!isObject(value)) throw badRequest("a change of a loan is an object");
  const { resourceName, resourceUid, known, next } = value;
  if (typeof resourceName !== "string" || typeof resourceUid !== "string")
    throw badRequest("a change of a loan needs resourceName and resourceUid");
  return {
    resourceName,
    resourceUid,
    ...(known !== undefined && { known: readLoan(known) }),
    ...(next !== undefined && { next: readLoan(next) }),
  };
}

const endings: ReadonlySet<unknown> = new Set(["Released", "Reclaimed", "Shrunk", "Unfit", "Refused"]);

function isEnding(value: unknown): value is NonNullable<MachineLoan["ending"]> {
  return endings.has(value);
}

function readLoan(value: unknown): MachineLoan {
  if (!isObject(value)) throw badRequest("a loan is an object");
  const { pool, since, until, term, ending } = value;
  if (typeof pool !== "string" || !isTime(since) || !isTime(until) || typeof term !== "number" || term < 1)
    throw badRequest("a loan needs pool, since, until and term");
  if (ending === undefined) return { pool, since, until, term };
  if (!isEnding(ending)) throw badRequest(`ending: must be one of ${[...endings].join(", ")}`);
  return { pool, since, until, term, ending };
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && parseTimestamp(value) !== undefined;
}
