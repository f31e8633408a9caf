import { type ClusterRole, type ClusterRoleBinding, type PolicyRule, storedKinds } from "../../api/index.ts";
import { historyRoute } from "../../protocol/index.ts";
import { anonymous, authenticatedGroup, mastersGroup } from "../identity.ts";
import { allRules } from "./policy-rule.ts";

/** The roles and bindings that every server has, as data. Names and meaning are Kubernetes', where it has them. */

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1` as const;
/** "false" on a built-in role or binding: a server leaves it as it is. */
export const autoupdateAnnotation = "rbac.authorization.kubernetes.io/autoupdate";
const builtin = {
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
  annotations: { [autoupdateAnnotation]: "true" },
} as const;

const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];
const own = "plush.dev";

/** Kinds of this program that lie in namespaces: all that users work with. */
const ownKinds = storedKinds.filter((kind) => kind.group === own && kind.namespaced);
const plurals = ownKinds.map(({ plural }) => plural);
const statuses = ownKinds.filter(({ hasStatus }) => hasStatus).map(({ plural }) => `${plural}/status`);
const scales = ownKinds.filter(({ scale }) => scale !== undefined).map(({ plural }) => `${plural}/scale`);

/** Everything but secrets, what runs commands, and who may do what; machines too, where it is given cluster-wide. */
const viewRules: readonly PolicyRule[] = [
  rule(own, [...plurals, ...statuses, ...scales, "processes/log", "phases/items"], read),
  rule(own, ["resourcepools", "resourcepools/status", "resources", "resources/status"], read),
  // It takes nothing; of machines that will not do it tells those alone who may list machines.
  rule(own, ["resourcequeries"], ["create"]),
  rule("", ["configmaps", "events", "namespaces", "namespaces/status", "resourcequotas", "serviceaccounts"], read),
  rule("", ["nodes", "pods", "pods/log", "pods/status"], read),
  rule("metrics.k8s.io", ["nodes", "pods"], ["get", "list", "watch"]),
];

/** Work, with its data and secrets, and commands where it runs; not the machines themselves. */
const editRules: readonly PolicyRule[] = [
  rule(own, [...plurals, ...scales], write),
  rule(own, ["processes/exec", "processes/attach", "processes/portforward"], ["create", "get"]),
  rule(own, ["claims/exec", "claims/portforward"], ["create", "get"]),
  rule(own, ["blobs"], ["get", "update"]),
  rule(own, ["gitsyncs/diff"], ["create"]),
  rule("", ["secrets"], [...read, ...write]),
  rule("", ["configmaps", "events", "pods", "serviceaccounts"], write),
  rule("", ["pods/attach", "pods/exec", "pods/portforward"], ["create", "get"]),
  rule(own, ["processes/eviction"], ["create"]),
  rule("", ["pods/eviction", "serviceaccounts/token"], ["create"]),
  rule("", ["serviceaccounts"], ["impersonate"]),
  rule("coordination.k8s.io", ["leases"], [...read, ...write]),
];

/** Who may do what in a namespace. */
const adminRules: readonly PolicyRule[] = [
  rule(group, ["rolebindings", "roles"], [...read, ...write]),
  rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
];

const publicPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const discoveryPaths = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];
const issuerPaths = ["/.well-known/openid-configuration", "/openid/v1/jwks"];
const monitoringPaths = ["/healthz/*", "/livez/*", "/metrics", "/readyz/*"];

export const builtinRoles: readonly ClusterRole[] = [
  role("cluster-admin", allRules),
  collecting("admin"),
  collecting("edit", "admin"),
  collecting("view", "edit"),
  collected("admin", adminRules),
  collected("edit", editRules),
  collected("view", viewRules),
  role("system:basic-user", [
    rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
    rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
    // What is planned is asked about object by object.
    rule(own, ["plans"], ["create"]),
  ]),
  // When revisions were; what they were is listed by those who may list it.
  role("system:discovery", [paths([...discoveryPaths, ...publicPaths, historyRoute])]),
  role("system:monitoring", [paths([...monitoringPaths, ...publicPaths])]),
  // Commands on many machines and logs of many processes: the addresses are open to users, and ask about each themselves.
  role("system:plush:run", [rule(own, ["run", "logs"], ["create"])]),
  role("system:public-info-viewer", [paths(publicPaths)]),
  // Servers of repositories tell of pushes: each call is signed.
  role("system:plush:webhooks", [{ nonResourceURLs: ["/plush/v1/webhooks/*"], verbs: ["post"] }]),
  // For programs that let people in by asking this server who they are and what they may do.
  role("system:auth-delegator", [
    rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
    rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
  ]),
  role("system:service-account-issuer-discovery", [paths(issuerPaths)]),
];

const everybody = [authenticatedGroup, ...anonymous.groups];

export const builtinBindings: readonly ClusterRoleBinding[] = [
  binding("cluster-admin", [mastersGroup]),
  binding("system:basic-user", [authenticatedGroup]),
  binding("system:discovery", [authenticatedGroup]),
  binding("system:monitoring", ["system:monitoring"]),
  binding("system:plush:run", [authenticatedGroup]),
  binding("system:plush:webhooks", everybody),
  binding("system:public-info-viewer", everybody),
  binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
];

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources: [...resources].sort(), verbs: [...verbs].sort() };
}

function paths(nonResourceURLs: readonly string[]): PolicyRule {
  return { nonResourceURLs: [...nonResourceURLs].sort(), verbs: ["get"] };
}

function role(name: string, rules: readonly PolicyRule[]): ClusterRole {
  return { apiVersion, kind: "ClusterRole", metadata: { name, ...builtin }, rules };
}

/** A role of all rules that others contribute to it; `alsoOf` collects it in turn. */
function collecting(name: string, alsoOf?: string): ClusterRole {
  const plain = role(name, []);
  const metadata = alsoOf === undefined ? plain.metadata : withLabel(plain, aggregateLabel(alsoOf));
  const clusterRoleSelectors = [{ matchLabels: { [aggregateLabel(name)]: "true" } }];
  return { ...plain, metadata, aggregationRule: { clusterRoleSelectors } };
}

function collected(into: string, rules: readonly PolicyRule[]): ClusterRole {
  const plain = role(`system:aggregate-to-${into}`, rules);
  return { ...plain, metadata: withLabel(plain, aggregateLabel(into)) };
}

/** Users' own ClusterRoles with this label, "true", become part of a built-in role. */
function aggregateLabel(name: string): string {
  return `${group}/aggregate-to-${name}`;
}

function withLabel({ metadata }: ClusterRole, label: string): ClusterRole["metadata"] {
  return { ...metadata, labels: { ...metadata.labels, [label]: "true" } };
}

function binding(name: string, groups: readonly string[]): ClusterRoleBinding {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name, ...builtin },
    roleRef: { apiGroup: group, kind: "ClusterRole", name },
    subjects: groups.map((one) => ({ apiGroup: group, kind: "Group", name: one })),
  };
}
