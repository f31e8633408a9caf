import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { applicationRules } from "./application-rules.ts";
import { barrierRules } from "./barrier-rules.ts";
import { claimRules } from "./claim-rules.ts";
import { componentRules } from "./component-rules.ts";
import { configMapRules, secretRules } from "./data-rules.ts";
import { eventRules } from "./event-rules.ts";
import { eventSinkRules } from "./event-sink-rules.ts";
import { gitSyncRules } from "./git-sync-rules.ts";
import { hookRules } from "./hook-rules.ts";
import { phaseRules } from "./phase-rules.ts";
import { poolRules } from "./pool-rules.ts";
import { processRules } from "./process-rules.ts";
import { quotaRules } from "./quota-rules.ts";
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from "./rbac-rules.ts";
import { resourceQueryRules } from "./resource-query-rules.ts";
import { resourceRules } from "./resource-rules.ts";
import { softwareRules } from "./software-rules.ts";
import { tokenRules } from "./token-rules.ts";

type Rules = (object: KubeObject, old?: KubeObject) => StatusCause[];

/** The objects have been decoded as objects of this kind: that is what makes the one cast good. */
function rulesOf<T extends KubeObject>(
  kind: KindInfo<T>,
  rules: (object: T, old?: T) => StatusCause[],
): readonly [string, Rules] {
  return [kind.kind, rules as unknown as Rules];
}

const rulesByKind: ReadonlyMap<string, Rules> = new Map([
  rulesOf(kinds.Application, applicationRules),
  rulesOf(kinds.Barrier, barrierRules),
  rulesOf(kinds.Claim, claimRules),
  rulesOf(kinds.ClusterRole, clusterRoleRules),
  rulesOf(kinds.ClusterRoleBinding, clusterRoleBindingRules),
  rulesOf(kinds.Component, componentRules),
  rulesOf(kinds.ConfigMap, configMapRules),
  rulesOf(kinds.Event, eventRules),
  rulesOf(kinds.GitSync, gitSyncRules),
  rulesOf(kinds.EventSink, eventSinkRules),
  rulesOf(kinds.Hook, hookRules),
  rulesOf(kinds.Phase, phaseRules),
  rulesOf(kinds.Process, processRules),
  rulesOf(kinds.Resource, resourceRules),
  rulesOf(kinds.ResourcePool, poolRules),
  rulesOf(kinds.ResourceQuery, resourceQueryRules),
  rulesOf(kinds.ResourceQuota, quotaRules),
  rulesOf(kinds.Role, roleRules),
  rulesOf(kinds.RoleBinding, roleBindingRules),
  rulesOf(kinds.Secret, secretRules),
  rulesOf(kinds.Software, softwareRules),
  rulesOf(kinds.Token, tokenRules),
]);

/**
 * Rules across the fields of an object that decoded well; `old` is what it replaces, where it does. Pure; gives one cause
 * for each fault.
 */
export function validateObject(kind: KindInfo, object: KubeObject, old?: KubeObject): StatusCause[] {
  return rulesByKind.get(kind.kind)?.(object, old) ?? [];
}
