import { StatusError } from "../status/index.ts";
import { authenticatedGroup, type Identity, mastersGroup } from "./identity.ts";

/** What a request wants to do: a verb on a resource, or on a path that is none. */
export type RequestAttributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly kind: "resource";
  /** get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  /** "" for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface PathAttributes {
  readonly kind: "path";
  readonly verb: string;
  readonly path: string;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** Decides who may do what. Synchronous, because a request must not wait for it, and cheap: every request asks. */
export interface Authorizer {
  /** Decides whether `identity` may do what `attributes` say. */
  decide(identity: Identity, attributes: RequestAttributes): Decision;
}

/** Paths that anybody may read: what a load balancer asks, and what a client asks before it has logged in. */
const openPaths: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz", "/version"]);

/** What every client reads before its first request; it says which kinds there are, and nothing of any object. */
const discoveryPaths = /^\/(apis?|openapi)(\/|$)/;

/** Kinds by which people ask about themselves. */
const selfReviews: ReadonlySet<string> = new Set([
  "authorization.k8s.io/selfsubjectaccessreviews",
  "authorization.k8s.io/selfsubjectrulesreviews",
  "authentication.k8s.io/selfsubjectreviews",
]);

/** Members of system:masters may do everything; others may ask about the server and themselves. */
export const mastersAuthorizer: Authorizer = { decide };

function decide(identity: Identity, attributes: RequestAttributes): Decision {
  if (identity.groups.includes(mastersGroup)) return { allowed: true };
  if (attributes.kind === "path" && attributes.verb === "get" && openPaths.has(attributes.path))
    return { allowed: true };
  if (identity.groups.includes(authenticatedGroup) && isForAllUsers(attributes)) return { allowed: true };
  return { allowed: false, reason: refusal(identity, attributes) };
}

function isForAllUsers(attributes: RequestAttributes): boolean {
  if (attributes.kind === "path") return attributes.verb === "get" && discoveryPaths.test(attributes.path);
  return attributes.verb === "create" && selfReviews.has(`${attributes.group}/${attributes.resource}`);
}

/** Throws Forbidden, worded as Kubernetes words it, where `identity` may not do what `attributes` say. */
export function authorize(authorizer: Authorizer, identity: Identity, attributes: RequestAttributes): void {
  const decision = authorizer.decide(identity, attributes);
  if (decision.allowed) return;
  if (attributes.kind === "path") throw new StatusError("Forbidden", `forbidden: ${decision.reason}`);
  const { group, resource, name } = attributes;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const object = name === undefined ? "" : ` ${JSON.stringify(name)}`;
  throw new StatusError("Forbidden", `${qualified}${object} is forbidden: ${decision.reason}`, {
    details: { ...(name !== undefined && { name }), ...(group !== "" && { group }), kind: resource },
  });
}

function refusal(identity: Identity, attributes: RequestAttributes): string {
  const who = `User ${JSON.stringify(identity.user)} cannot ${attributes.verb}`;
  if (attributes.kind === "path") return `${who} path ${JSON.stringify(attributes.path)}`;
  const { group, resource, subresource, namespace } = attributes;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}
