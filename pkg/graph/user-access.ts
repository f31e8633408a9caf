import type { Resource, ResourcePool } from "../api/index.ts";

/**
 * Why work on a machine may not run as `user`: the pool lets it run as who logs in over SSH, and as whom its
 * spec.access.runAs names. Undefined where it may.
 */
export function userRefusal(user: string, resource: Resource, pool: ResourcePool | undefined): string | undefined {
  const login = loginOf(resource, pool);
  if (user === login || pool?.spec.access.runAs.includes(user) === true) return undefined;
  const { name = "", poolName } = { name: resource.metadata.name, ...resource.spec };
  const besides = login === undefined ? "" : ` (besides ${login}, who logs in)`;
  if (pool === undefined) return `user ${user} may not be used on Resource ${name}, which is in no pool${besides}`;
  return `user ${user} may not be used on Resource ${name}: spec.access.runAs of ResourcePool ${poolName} does not name it${besides}`;
}

/** As whom the server logs in; undefined where it does not: on machines of its own computer. */
function loginOf({ spec }: Resource, pool: ResourcePool | undefined): string | undefined {
  if (pool?.spec.provider.local !== undefined) return undefined;
  return spec.ssh?.user ?? pool?.spec.ssh.user ?? "root";
}
