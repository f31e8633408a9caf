import type { Authorizer, Identity, RequestAttributes } from "../../auth/index.ts";
import { isObject, type JsonObject } from "../../merge/index.ts";
import { type StatusCause, StatusError } from "../../status/index.ts";
import { checkBody } from "../admission.ts";
import { badRequest } from "../errors.ts";
import { reviewKinds } from "./review-kinds.ts";

/** What is asked of a review. */
export interface Question {
  readonly authorizer: Authorizer;
  /** Who asks. */
  readonly identity: Identity;
  /** Of the address; undefined where it names none. */
  readonly namespace: string | undefined;
  readonly body: unknown;
}

/** A kind of question about who may do what: `auth can-i`, `auth can-i --list`, `auth whoami`. Never stored. */
export interface Review {
  /** Its address, as the router reads it. */
  readonly path: string;
  /** The question with its answer. Throws BadRequest where the body is none, Invalid where it asks for nothing. */
  answer(question: Question): object;
}

type Answer = (question: Question & { readonly spec: JsonObject }) => { status: object; metadata?: object };

/** All reviews that are answered here. */
export const reviews: readonly Review[] = [
  makeReview("SelfSubjectAccessReview", selfAccessReview),
  makeReview("SelfSubjectRulesReview", rulesReview),
  makeReview("SubjectAccessReview", accessReview),
  makeReview("LocalSubjectAccessReview", localAccessReview),
  makeReview("SelfSubjectReview", selfReview),
  // kubectl 1.27 knows no newer one.
  makeReview("SelfSubjectReview", selfReview, "v1beta1"),
];

function makeReview(name: string, answer: Answer, version = "v1"): Review {
  const known = reviewKinds.find((one) => one.kind === name);
  if (known === undefined) throw new Error(`${name} is not in discovery`);
  const kind = { ...known, version };
  return {
    path: `/apis/${kind.group}/${version}${kind.namespaced ? "/namespaces/:namespace" : ""}/${kind.plural}`,
    answer(question) {
      const { apiVersion, kind: own, spec } = checkBody(kind, question.body);
      if (spec !== undefined && spec !== null && !isObject(spec)) throw badRequest("spec must be an object");
      const { status, metadata } = answer({ ...question, spec: spec ?? {} });
      return {
        apiVersion,
        kind: own,
        metadata: { creationTimestamp: null, ...metadata },
        ...(isObject(spec) && { spec }),
        status,
      };
    },
  };
}

function selfAccessReview({ authorizer, identity, spec }: Parameters<Answer>[0]): ReturnType<Answer> {
  return { status: decisionStatus(authorizer, identity, attributesOf("SelfSubjectAccessReview", spec)) };
}

function accessReview({ authorizer, spec }: Parameters<Answer>[0]): ReturnType<Answer> {
  const attributes = attributesOf("SubjectAccessReview", spec);
  return { status: decisionStatus(authorizer, subjectOf("SubjectAccessReview", spec), attributes) };
}

/** Asked by who may know about one namespace alone: about objects in it, and about nothing else. */
function localAccessReview({ authorizer, namespace = "", spec }: Parameters<Answer>[0]): ReturnType<Answer> {
  const kind = "LocalSubjectAccessReview";
  const attributes = attributesOf(kind, spec);
  if (attributes.kind === "path")
    throw invalid(kind, "spec.nonResourceAttributes", "disallowed on this kind of request");
  if (attributes.namespace !== namespace)
    throw invalid(
      kind,
      "spec.resourceAttributes.namespace",
      "must match metadata.namespace",
      attributes.namespace ?? "",
    );
  return { status: decisionStatus(authorizer, subjectOf(kind, spec), attributes), metadata: { namespace } };
}

function rulesReview({ authorizer, identity, spec }: Parameters<Answer>[0]): ReturnType<Answer> {
  const namespace = text(spec, "namespace");
  if (namespace === "") throw badRequest("no namespace on request");
  const { rules, error } = authorizer.rulesOf(identity, namespace);
  const resourceRules = rules
    .filter(({ resources = [] }) => resources.length > 0)
    .map(({ verbs, apiGroups = [], resources = [], resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames !== undefined && { resourceNames }),
    }));
  const nonResourceRules = rules
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  const incomplete = error !== undefined;
  return { status: { resourceRules, nonResourceRules, incomplete, ...(incomplete && { evaluationError: error }) } };
}

function selfReview({ identity }: Question): ReturnType<Answer> {
  const { user, groups, uid, extra } = identity;
  const userInfo = { username: user, groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) };
  return { status: { userInfo } };
}

function decisionStatus(authorizer: Authorizer, identity: Identity, attributes: RequestAttributes): object {
  const { allowed, reason } = authorizer.decide(identity, attributes);
  return { allowed, ...(reason !== "" && { reason }) };
}

function attributesOf(kind: string, spec: JsonObject): RequestAttributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(nonResourceAttributes) === isObject(resourceAttributes))
    throw invalid(
      kind,
      "spec.resourceAttributes",
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  if (isObject(nonResourceAttributes))
    return { kind: "path", verb: text(nonResourceAttributes, "verb"), path: text(nonResourceAttributes, "path") };
  const asked = isObject(resourceAttributes) ? resourceAttributes : {};
  const [subresource, namespace, name] = [text(asked, "subresource"), text(asked, "namespace"), text(asked, "name")];
  return {
    kind: "resource",
    verb: text(asked, "verb"),
    group: text(asked, "group"),
    resource: text(asked, "resource"),
    ...(subresource !== "" && { subresource }),
    ...(namespace !== "" && { namespace }),
    ...(name !== "" && { name }),
  };
}

/** Of whom a review asks. */
function subjectOf(kind: string, spec: JsonObject): Identity {
  const { groups = [] } = spec;
  const [user, uid] = [text(spec, "user"), text(spec, "uid")];
  if (!Array.isArray(groups) || !groups.every((one) => typeof one === "string"))
    throw badRequest("spec.groups must be a list of strings");
  if (user === "" && groups.length === 0)
    throw invalid(kind, "spec.user", "at least one of user or group must be specified", user);
  return { user, groups, ...(uid !== "" && { uid }) };
}

function invalid(kind: string, field: string, why: string, value: unknown = "object"): StatusError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  const causes: StatusCause[] = [{ reason: "FieldValueInvalid", field, message }];
  return new StatusError("Invalid", `${kind}.authorization.k8s.io "" is invalid: ${field}: ${message}`, {
    details: { group: "authorization.k8s.io", kind, causes },
  });
}

/** A field of text; "" where it is not set. Throws BadRequest where it is anything else: a wrong answer would follow. */
function text(object: JsonObject, field: string): string {
  const value = object[field] ?? "";
  if (typeof value !== "string") throw badRequest(`${field} must be a string`);
  return value;
}
