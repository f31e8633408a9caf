import { findCondition, kinds } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { isReason } from "../../status/index.ts";
import { namespace, type WantedApplication } from "../applications.ts";
import type { Machine } from "../machine.ts";
import type { RunChecks } from "./run-checks.ts";
import type { Violations } from "./violations.ts";

export interface EndChecksParts {
  readonly violations: Violations;
  readonly api: ApiClient;
  readonly machines: readonly Machine[];
  readonly runs: RunChecks;
  /** What is wanted at the end. */
  readonly wanted: readonly WantedApplication[];
  /** What was deleted. */
  readonly deleted: readonly WantedApplication[];
}

/** Looks whether all is as it is wanted, some time after the last fault. */
export async function checkEnd(parts: EndChecksParts): Promise<void> {
  for (const application of parts.wanted) await checkWanted(application, parts);
  for (const application of parts.deleted) await checkDeleted(application, parts);
  await checkMachines(parts);
}

async function checkWanted(
  { name, component, replicas, isBatch }: WantedApplication,
  parts: EndChecksParts,
): Promise<void> {
  const { violations, api, runs } = parts;
  const found = await unlessMissing(api.get(kinds.Application, { namespace, name }));
  const ready = findCondition(found?.status?.conditions, "Ready");
  if (ready?.status !== "True") {
    violations.report("Converged", `${name} is not ready: ${ready?.reason ?? "no condition"} ${ready?.message ?? ""}`);
    return;
  }
  if (isBatch) return;
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const claim = await unlessMissing(api.get(kinds.Claim, { namespace, name: `${name}-${component}-${ordinal}` }));
    const runsThere = runs
      .runningOf(name)
      .some(
        ({ machine, record }) =>
          record.claim.uid === claim?.metadata.uid && machine === claim?.spec.resourceName && record.isReady,
      );
    if (!runsThere)
      violations.report("Converged", `${name}-${component}-${ordinal} does not run on ${claim?.spec.resourceName}`);
  }
}

async function checkDeleted({ name }: WantedApplication, { violations, api }: EndChecksParts): Promise<void> {
  const found = await unlessMissing(api.get(kinds.Application, { namespace, name }));
  if (found !== undefined) violations.report("Converged", `${name} was deleted and is still there`);
}

/** What no claim stands for is gone from machines, but for what only a person may remove. */
async function checkMachines({ violations, api, machines }: EndChecksParts): Promise<void> {
  const claims = await api.list(kinds.Claim);
  const resources = await api.list(kinds.Resource);
  for (const { name, disk } of machines) {
    const status = resources.items.find(({ metadata }) => metadata.name === name)?.status;
    const orphans = new Set((status?.orphans ?? []).map(({ claimUid }) => claimUid));
    const bound = new Set(
      claims.items.flatMap(({ metadata, spec }) => (spec.resourceName === name ? [metadata.uid] : [])),
    );
    for (const uid of disk.directories)
      if (!bound.has(uid) && !orphans.has(uid))
        violations.report("NothingLeft", `claim ${uid} is still on ${name}, where nothing is known of it`);
    if ((status?.residue ?? []).length > 0)
      violations.report("Converged", `${name} still owes the removal of what it held`);
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}
