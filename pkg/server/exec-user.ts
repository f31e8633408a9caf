import type { Resource, ResourcePool } from "../api/index.ts";
import { userRefusal } from "../graph/index.ts";
import type { Cache } from "../informer/index.ts";
import { StatusError } from "../status/index.ts";

export interface ExecUserPorts {
  readonly resources: Cache<Resource>;
  readonly pools: Cache<ResourcePool>;
}

/**
 * Throws Forbidden where a command beside somebody's work may not run as `user`: who may run commands there has what the
 * work has, and no more. Commands on the machine itself are for who may do that, as anybody.
 */
export function checkExecUser(user: string | undefined, resourceUid: string, ports: ExecUserPorts): void {
  if (user === undefined) return;
  const resource = ports.resources.byUid(resourceUid);
  if (resource === undefined) return;
  const pool = ports.pools.get({ namespace: "", name: resource.spec.poolName ?? "" });
  const refusal = userRefusal(user, resource, pool);
  if (refusal !== undefined) throw new StatusError("Forbidden", refusal);
}
