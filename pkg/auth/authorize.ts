import type { PolicyRule, RoleRef } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import type { Identity } from "./identity.ts";

/** What a request wants to do: a verb on a resource, or on a path that is none. */
export type RequestAttributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly kind: "resource";
  /** get, list, watch, create, update, patch, delete, deletecollection, or one that only rules know, as bind. */
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
  /** The method of HTTP in lower case. */
  readonly verb: string;
  readonly path: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Which binding allows it, or what could not be looked at; "" where there is nothing to say. */
  readonly reason: string;
}

export interface HeldRules {
  readonly rules: readonly PolicyRule[];
  /** What could not be looked at. */
  readonly error?: string;
}

/** Decides who may do what. Synchronous, because a request must not wait for it, and cheap: every request asks. */
export interface Authorizer {
  /** Decides whether `identity` may do what `attributes` say. */
  decide(identity: Identity, attributes: RequestAttributes): Decision;
  /** All that `identity` may do everywhere, and in `namespace` if one is named. */
  rulesOf(identity: Identity, namespace?: string): HeldRules;
  /** The rules of the role that a binding in `namespace` gives; undefined where there is no such role. */
  rulesOfRole(ref: RoleRef, namespace?: string): readonly PolicyRule[] | undefined;
}

/**
 * Throws Forbidden, worded as Kubernetes words it, where `identity` may not do what `attributes` say. Returns what allows
 * it.
 */
export function authorize(authorizer: Authorizer, identity: Identity, attributes: RequestAttributes): Decision {
  const decision = authorizer.decide(identity, attributes);
  if (decision.allowed) return decision;
  const why = refusal(identity, attributes, decision);
  if (attributes.kind === "path") throw new StatusError("Forbidden", `forbidden: ${why}`);
  const { group, resource, name } = attributes;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const object = name === undefined ? "" : ` ${JSON.stringify(name)}`;
  throw new StatusError("Forbidden", `${qualified}${object} is forbidden: ${why}`, {
    details: { ...(name !== undefined && { name }), ...(group !== "" && { group }), kind: resource },
  });
}

/** Why somebody may not do something, in Kubernetes' words. */
export function refusal(identity: Identity, attributes: RequestAttributes, { reason }: Decision): string {
  const what = attributes.kind === "path" ? `path ${JSON.stringify(attributes.path)}` : resourceText(attributes);
  const why = reason === "" ? "" : `: ${reason}`;
  return `User ${JSON.stringify(identity.user)} cannot ${attributes.verb} ${what}${why}`;
}

function resourceText({ group, resource, subresource, namespace }: ResourceAttributes): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}
