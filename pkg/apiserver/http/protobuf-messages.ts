/** How one field of a message becomes a field of JSON. */
export interface Field {
  readonly name: string;
  /**
   * "time": seconds and nanoseconds as RFC 3339 text with microseconds. "list": a message that only wraps a list;
   * "quantity": one that only wraps an amount as text.
   */
  readonly type: "string" | "number" | "boolean" | "bytes" | "time" | "list" | "quantity" | Message;
  /** Repeated: a list, or entries {1 key, 2 value} of a map. */
  readonly many?: "list" | "map";
  /** Zero and false say something else than nothing does. */
  readonly keepsZero?: boolean;
}

/** Fields of a message by their numbers. */
export type Message = Readonly<Record<number, Field>>;

const text = (name: string): Field => ({ name, type: "string" });
const number = (name: string): Field => ({ name, type: "number", keepsZero: true });
const flag = (name: string): Field => ({ name, type: "boolean", keepsZero: true });
const time = (name: string): Field => ({ name, type: "time" });
const nested = (name: string, type: Message): Field => ({ name, type });
const list = (name: string, type: Field["type"] = "string"): Field => ({ name, type, many: "list" });
const map = (name: string, type: Field["type"] = "string"): Field => ({ name, type, many: "map" });

const ownerReference: Message = {
  1: text("kind"),
  3: text("name"),
  4: text("uid"),
  5: text("apiVersion"),
  6: flag("controller"),
  7: flag("blockOwnerDeletion"),
};
const metadata: Message = {
  1: text("name"),
  2: text("generateName"),
  3: text("namespace"),
  5: text("uid"),
  6: text("resourceVersion"),
  11: map("labels"),
  12: map("annotations"),
  13: list("ownerReferences", ownerReference),
  14: list("finalizers"),
};
const objectMeta = nested("metadata", metadata);
const localReference: Message = { 1: text("name") };

const rules = list("rules", {
  1: list("verbs"),
  2: list("apiGroups"),
  3: list("resources"),
  4: list("resourceNames"),
  5: list("nonResourceURLs"),
});
const labelSelector: Message = {
  1: map("matchLabels"),
  2: list("matchExpressions", { 1: text("key"), 2: text("operator"), 3: list("values") }),
};
const binding: Message = {
  1: objectMeta,
  2: list("subjects", { 1: text("kind"), 2: text("apiGroup"), 3: text("name"), 4: text("namespace") }),
  3: nested("roleRef", { 1: text("apiGroup"), 2: text("kind"), 3: text("name") }),
};

const resourceAttributes = nested("resourceAttributes", {
  1: text("namespace"),
  2: text("verb"),
  3: text("group"),
  4: text("version"),
  5: text("resource"),
  6: text("subresource"),
  7: text("name"),
});
const nonResourceAttributes = nested("nonResourceAttributes", { 1: text("path"), 2: text("verb") });
const accessReview: Message = {
  1: objectMeta,
  2: nested("spec", {
    1: resourceAttributes,
    2: nonResourceAttributes,
    3: text("user"),
    4: list("groups"),
    5: map("extra", "list"),
    6: text("uid"),
  }),
};

const deleteOptions: Message = {
  1: number("gracePeriodSeconds"),
  2: nested("preconditions", { 1: text("uid"), 2: text("resourceVersion") }),
  3: flag("orphanDependents"),
  4: text("propagationPolicy"),
  5: list("dryRun"),
};

/** Kinds that are read, by their names. */
export const messages: ReadonlyMap<string, Message> = new Map<string, Message>([
  [
    "Namespace",
    { 1: objectMeta, 2: nested("spec", { 1: list("finalizers") }), 3: nested("status", { 1: text("phase") }) },
  ],
  ["Secret", { 1: objectMeta, 2: map("data", "bytes"), 3: text("type"), 4: map("stringData"), 5: flag("immutable") }],
  ["ConfigMap", { 1: objectMeta, 2: map("data"), 3: map("binaryData", "bytes"), 4: flag("immutable") }],
  [
    "ServiceAccount",
    {
      1: objectMeta,
      2: list("secrets", { 3: text("name") }),
      3: list("imagePullSecrets", localReference),
      4: flag("automountServiceAccountToken"),
    },
  ],
  ["Role", { 1: objectMeta, 2: rules }],
  [
    "ClusterRole",
    { 1: objectMeta, 2: rules, 3: nested("aggregationRule", { 1: list("clusterRoleSelectors", labelSelector) }) },
  ],
  ["RoleBinding", binding],
  ["ClusterRoleBinding", binding],
  ["SelfSubjectAccessReview", accessReview],
  ["SubjectAccessReview", accessReview],
  ["LocalSubjectAccessReview", accessReview],
  ["SelfSubjectRulesReview", { 1: objectMeta, 2: nested("spec", { 1: text("namespace") }) }],
  ["SelfSubjectReview", { 1: objectMeta }],
  [
    "TokenRequest",
    {
      1: objectMeta,
      2: nested("spec", {
        1: list("audiences"),
        3: nested("boundObjectRef", { 1: text("kind"), 2: text("apiVersion"), 3: text("name"), 4: text("uid") }),
        4: number("expirationSeconds"),
      }),
    },
  ],
  ["TokenReview", { 1: objectMeta, 2: nested("spec", { 1: text("token"), 2: list("audiences") }) }],
  [
    "Lease",
    {
      1: objectMeta,
      2: nested("spec", {
        1: text("holderIdentity"),
        2: number("leaseDurationSeconds"),
        3: time("acquireTime"),
        4: time("renewTime"),
        5: number("leaseTransitions"),
        6: text("strategy"),
        7: text("preferredHolder"),
      }),
    },
  ],
  ["ResourceQuota", { 1: objectMeta, 2: nested("spec", { 1: map("hard", "quantity") }) }],
  ["Scale", { 1: objectMeta, 2: nested("spec", { 1: number("replicas") }), 3: nested("status", {}) }],
  ["Eviction", { 1: objectMeta, 2: nested("deleteOptions", deleteOptions) }],
  ["DeleteOptions", deleteOptions],
]);
