// Generated from schemas/ by cmd/schemagen. Do not edit; run `make generate`.
import { type Kinds, kinds } from "./kinds.ts";

/** Every kind by the name of its collection in code. */
export interface Collections {
  readonly applicationRevisions: Kinds["ApplicationRevision"];
  readonly applications: Kinds["Application"];
  readonly barriers: Kinds["Barrier"];
  readonly claims: Kinds["Claim"];
  readonly clusterRoleBindings: Kinds["ClusterRoleBinding"];
  readonly clusterRoles: Kinds["ClusterRole"];
  readonly components: Kinds["Component"];
  readonly configMaps: Kinds["ConfigMap"];
  readonly eventSinks: Kinds["EventSink"];
  readonly events: Kinds["Event"];
  readonly gitSyncs: Kinds["GitSync"];
  readonly hooks: Kinds["Hook"];
  readonly leases: Kinds["Lease"];
  readonly namespaces: Kinds["Namespace"];
  readonly nodeMetrics: Kinds["NodeMetrics"];
  readonly nodes: Kinds["Node"];
  readonly phases: Kinds["Phase"];
  readonly podMetrics: Kinds["PodMetrics"];
  readonly pods: Kinds["Pod"];
  readonly processes: Kinds["Process"];
  readonly resourcePools: Kinds["ResourcePool"];
  readonly resourceQueries: Kinds["ResourceQuery"];
  readonly resourceQuotas: Kinds["ResourceQuota"];
  readonly resources: Kinds["Resource"];
  readonly roleBindings: Kinds["RoleBinding"];
  readonly roles: Kinds["Role"];
  readonly secrets: Kinds["Secret"];
  readonly serviceAccounts: Kinds["ServiceAccount"];
  readonly services: Kinds["Service"];
  readonly software: Kinds["Software"];
  readonly tokens: Kinds["Token"];
  readonly workChunks: Kinds["WorkChunk"];
}

export const collections: Collections = {
  applicationRevisions: kinds.ApplicationRevision,
  applications: kinds.Application,
  barriers: kinds.Barrier,
  claims: kinds.Claim,
  clusterRoleBindings: kinds.ClusterRoleBinding,
  clusterRoles: kinds.ClusterRole,
  components: kinds.Component,
  configMaps: kinds.ConfigMap,
  eventSinks: kinds.EventSink,
  events: kinds.Event,
  gitSyncs: kinds.GitSync,
  hooks: kinds.Hook,
  leases: kinds.Lease,
  namespaces: kinds.Namespace,
  nodeMetrics: kinds.NodeMetrics,
  nodes: kinds.Node,
  phases: kinds.Phase,
  podMetrics: kinds.PodMetrics,
  pods: kinds.Pod,
  processes: kinds.Process,
  resourcePools: kinds.ResourcePool,
  resourceQueries: kinds.ResourceQuery,
  resourceQuotas: kinds.ResourceQuota,
  resources: kinds.Resource,
  roleBindings: kinds.RoleBinding,
  roles: kinds.Role,
  secrets: kinds.Secret,
  serviceAccounts: kinds.ServiceAccount,
  services: kinds.Service,
  software: kinds.Software,
  tokens: kinds.Token,
  workChunks: kinds.WorkChunk,
};
