import { openApiSchemas } from "../../api/index.ts";
import { planSchemas } from "./plan-schemas.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Schemas of the questions that are created, answered and never stored: they have no file in schemas/. */

const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1.";

const text = (description: string): Schema => ({ type: "string", description });
const flag = (description: string): Schema => ({ type: "boolean", description });
const texts = (description: string): Schema => ({ type: "array", items: { type: "string" }, description });
const record = (description: string, properties: Schema): Schema => ({ type: "object", description, properties });
const records = (description: string, properties: Schema): Schema => ({
  type: "array",
  items: { type: "object", properties },
  description,
});
const extra: Schema = {
  type: "object",
  additionalProperties: { type: "array", items: { type: "string" } },
  description: "More that is known of the user.",
};

const attributes = {
  nonResourceAttributes: record("A path that is no resource.", {
    path: text("The path."),
    verb: text("The method, in lower case."),
  }),
  resourceAttributes: record("A resource.", {
    group: text("Group of the resource; * is all."),
    name: text("Name of the object; empty is all."),
    namespace: text("Namespace; empty is all, or none where the resource has none."),
    resource: text("The resource, in the plural; * is all."),
    subresource: text("Part of it."),
    verb: text("get, list, watch, create, update, patch, delete and so on; * is all."),
    version: text("Version of the resource."),
  }),
};
const subject = {
  extra,
  groups: texts("Groups of the user."),
  uid: text("Identity of the user."),
  user: text("The user that is asked about."),
};
const decision = record("The answer.", {
  allowed: flag("True: it may be done."),
  denied: flag("True: it may not be done, whatever others say."),
  evaluationError: text("What could not be looked at."),
  reason: text("Why."),
});
const userInfo = {
  extra,
  groups: texts("Groups that the user is in."),
  uid: text("Identity of the user."),
  username: text("Name of the user."),
};

const authorization = {
  LocalSubjectAccessReview: ["May somebody do something in this namespace?", { ...attributes, ...subject }, decision],
  SelfSubjectAccessReview: ["May I do something?", attributes, decision],
  SelfSubjectRulesReview: [
    "What may I do in a namespace?",
    { namespace: text("The namespace.") },
    record("The answer.", {
      evaluationError: text("What could not be looked at."),
      incomplete: flag("True: there may be more."),
      nonResourceRules: records("Paths that are no resources.", {
        nonResourceURLs: texts("Paths; a * at the end is all below."),
        verbs: texts("What may be done."),
      }),
      resourceRules: records("Resources.", {
        apiGroups: texts("Groups of the resources."),
        resourceNames: texts("Names of objects; none is all."),
        resources: texts("The resources."),
        verbs: texts("What may be done."),
      }),
    }),
  ],
  SubjectAccessReview: ["May somebody do something?", { ...attributes, ...subject }, decision],
} as const;

const authentication = {
  SelfSubjectReview: [
    "Who am I?",
    undefined,
    record("The answer.", { userInfo: record("The user who asks.", userInfo) }),
  ],
  TokenReview: [
    "Whose token is this?",
    { audiences: texts("Whom the token is to be for."), token: text("The token.") },
    record("The answer.", {
      audiences: texts("Whom the token is for, of those asked for."),
      authenticated: flag("True: the token is good."),
      error: text("Why it is not."),
      user: record("Whose it is.", userInfo),
    }),
  ],
} as const;

type Review = readonly [description: string, spec: Schema | undefined, status: Schema];

/** By group and version, as those of other kinds. */
export const reviewSchemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "authentication.k8s.io/v1": schemasOf("authentication", authentication),
  "authorization.k8s.io/v1": schemasOf("authorization", authorization),
  "plush.dev/v1": planSchemas,
};

function schemasOf(group: string, reviews: Readonly<Record<string, Review>>): Readonly<Record<string, unknown>> {
  const shared = Object.entries(openApiSchemas["v1"] ?? {}).filter(([name]) => name.startsWith(metaPackage));
  const own = Object.entries(reviews).map(([kind, review]) => [
    `io.k8s.api.${group}.v1.${kind}`,
    schemaOf(kind, `${group}.k8s.io`, review),
  ]);
  return Object.fromEntries([...shared, ...own]);
}

function schemaOf(kind: string, group: string, [description, spec, status]: Review): Schema {
  return {
    type: "object",
    description,
    ...(spec !== undefined && { required: ["spec"] }),
    properties: {
      apiVersion: text(`${group}/v1`),
      kind: text(kind),
      metadata: {
        description: "Not looked at.",
        allOf: [{ $ref: `#/components/schemas/${metaPackage}ObjectMeta` }],
      },
      ...(spec !== undefined && { spec: record("The question.", spec) }),
      status,
    },
    "x-kubernetes-group-version-kind": [{ group, kind, version: "v1" }],
  };
}
