import { type Authorizer, type Identity, mastersGroup, type RequestAttributes } from "../../auth/index.ts";
import { isObject, type JsonObject } from "../../merge/index.ts";
import { badRequest } from "../errors.ts";

/** Questions about oneself, answered and never stored: `auth can-i`, `auth can-i --list`, `auth whoami`. Pure. */
export type Review = (question: Question) => object;

interface Question {
  readonly authorizer: Authorizer;
  readonly identity: Identity;
  readonly body: unknown;
}

/** Reviews by "GROUP/VERSION/PLURAL". */
export const reviews: Readonly<Record<string, Review>> = {
  "authorization.k8s.io/v1/selfsubjectaccessreviews": accessReview,
  "authorization.k8s.io/v1/selfsubjectrulesreviews": rulesReview,
  "authentication.k8s.io/v1/selfsubjectreviews": selfReview,
  "authentication.k8s.io/v1beta1/selfsubjectreviews": selfReview,
};

function accessReview({ authorizer, identity, body }: Question): object {
  const review = asObject(body);
  const decision = authorizer.decide(identity, attributesOf(asObject(review["spec"])));
  return {
    ...review,
    metadata: { creationTimestamp: null },
    status: { allowed: decision.allowed, ...(!decision.allowed && { reason: decision.reason }) },
  };
}

function attributesOf(spec: JsonObject): RequestAttributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(nonResourceAttributes))
    return { kind: "path", verb: text(nonResourceAttributes["verb"]), path: text(nonResourceAttributes["path"]) };
  if (!isObject(resourceAttributes)) throw badRequest("spec must have resourceAttributes or nonResourceAttributes");
  const { verb, group, resource, subresource, namespace, name } = resourceAttributes;
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

function rulesReview({ identity, body }: Question): object {
  const isMaster = identity.groups.includes(mastersGroup);
  const everything = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], resourceNames: [] }];
  const open = { verbs: ["get"], nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version"] };
  return {
    ...asObject(body),
    metadata: { creationTimestamp: null },
    status: {
      resourceRules: isMaster ? everything : [],
      nonResourceRules: isMaster ? [{ verbs: ["*"], nonResourceURLs: ["*"] }] : [open],
      incomplete: false,
    },
  };
}

function selfReview({ identity, body }: Question): object {
  const { user, groups, uid, extra } = identity;
  return {
    ...asObject(body),
    metadata: { creationTimestamp: null },
    status: { userInfo: { username: user, groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) } },
  };
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
