/** ClusterRoles that collect others: their rules are those of all that they select, now and later. */
import { type ClusterRole, keyOf, kinds, type ObjectKey } from "../../api/index.ts";
import { aggregatedRules } from "../../auth/index.ts";
import type { Controller, ControllerPorts, ReconcileResult } from "../../controller/index.ts";

export function makeClusterRoleController({ api, cache }: ControllerPorts): Controller {
  const roles = cache(kinds.ClusterRole);
  return {
    name: "clusterrole",
    kind: kinds.ClusterRole,
    own: { concerns: isCollecting },
    // What a role contributes to may be known by its old labels or by its new ones: all that collect look again.
    watches: [
      { kind: kinds.ClusterRole, keys: (): readonly ObjectKey[] => roles.list().filter(isCollecting).map(keyOf) },
    ],
    concurrency: 1,
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const role = roles.get(key);
      if (role === undefined || !isCollecting(role)) return {};
      const rules = aggregatedRules(role, roles.list());
      // With the version that was read: rules of two moments must not be mixed.
      const next: ClusterRole = { ...role, rules };
      if (JSON.stringify(rules) !== JSON.stringify(role.rules)) await api.update(kinds.ClusterRole, next, { signal });
      return {};
    },
  };
}

function isCollecting(role: ClusterRole): boolean {
  return role.aggregationRule !== undefined;
}
