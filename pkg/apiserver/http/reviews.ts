import type { Authorizer, Identity, RequestAttributes } from "../../auth/index.ts";
import { isObject, type JsonObject } from "../../merge/index.ts";
import { type StatusCause, StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";

/** Questions about who may do what, answered and never stored: `auth can-i`, `auth can-i --list`, `auth whoami`. Pure. */
export type Review = (question: Question) => object;

interface Question {
  readonly authorizer: Authorizer;
  /** Who asks. */
  readonly identity: Identity;
  /** Of the address; undefined where it names none. */
  readonly namespace: string | undefined;
  readonly body: unknown;
}

const authorization = "/apis/authorization.k8s.io/v1";
const authentication = "/apis/authentication.k8s.io";

/** Reviews by their addresses. */
export const reviews: Readonly<Record<string, Review>> = {
  [`${authorization}/selfsubjectaccessreviews`]: selfAccessReview,
  [`${authorization}/selfsubjectrulesreviews`]: rulesReview,
  [`${authorization}/subjectaccessreviews`]: accessReview,
  [`${authorization}/namespaces/:namespace/localsubjectaccessreviews`]: localAccessReview,
  [`${authentication}/v1/selfsubjectreviews`]: selfReview,
  [`${authentication}/v1beta1/selfsubjectreviews`]: selfReview,
};

function selfAccessReview({ authorizer, identity, body }: Question): object {
  const review = asObject(body);
  const spec = asObject(review["spec"]);
  const attributes = attributesOf("SelfSubjectAccessReview", spec);
  return answer(review, decisionStatus(authorizer, identity, attributes));
}

function accessReview({ authorizer, body }: Question): object {
  const review = asObject(body);
  const spec = asObject(review["spec"]);
  const attributes = attributesOf("SubjectAccessReview", spec);
  return answer(review, decisionStatus(authorizer, subjectOf("SubjectAccessReview", spec), attributes));
}

/** Asked by who may know about one namespace alone: about objects in it, and about nothing else. */
function localAccessReview({ authorizer, namespace = "", body }: Question): object {
  const kind = "LocalSubjectAccessReview";
  const review = asObject(body);
  const spec = asObject(review["spec"]);
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
  const status = decisionStatus(authorizer, subjectOf(kind, spec), attributes);
  return answer(review, status, { namespace });
}

function rulesReview({ authorizer, identity, body }: Question): object {
  const review = asObject(body);
  const namespace = text(asObject(review["spec"])["namespace"]);
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
  return answer(review, { resourceRules, nonResourceRules, incomplete, ...(incomplete && { evaluationError: error }) });
}

function selfReview({ identity, body }: Question): object {
  const { user, groups, uid, extra } = identity;
  const userInfo = { username: user, groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) };
  return answer(asObject(body), { userInfo });
}

function answer(review: JsonObject, status: object, metadata: object = {}): object {
  return { ...review, metadata: { creationTimestamp: null, ...metadata }, status };
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
    return { kind: "path", verb: text(nonResourceAttributes["verb"]), path: text(nonResourceAttributes["path"]) };
  const { verb, group, resource, subresource, namespace, name } = asObject(resourceAttributes);
  return {
    kind: "resource",
    verb: text(verb),
    group: text(group),
    resource: text(resource),
    ...(text(subresource) !== "" && { subresource: text(subresource) }),
    ...(text(namespace) !== "" && { namespace: text(namespace) }),
    ...(text(name) !== "" && { name: text(name) }),
  };
}

/** Of whom a review asks. */
function subjectOf(kind: string, spec: JsonObject): Identity {
  const { user, groups, uid } = spec;
  const names = Array.isArray(groups) ? groups.filter((one): one is string => typeof one === "string") : [];
  if (text(user) === "" && names.length === 0)
    throw invalid(kind, "spec.user", "at least one of user or group must be specified", text(user));
  return { user: text(user), groups: names, ...(text(uid) !== "" && { uid: text(uid) }) };
}

function invalid(kind: string, field: string, why: string, value: unknown = "object"): StatusError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  const causes: StatusCause[] = [{ reason: "FieldValueInvalid", field, message }];
  return new StatusError("Invalid", `${kind}.authorization.k8s.io "" is invalid: ${field}: ${message}`, {
    details: { group: "authorization.k8s.io", kind, causes },
  });
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
