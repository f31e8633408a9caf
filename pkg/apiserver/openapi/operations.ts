import { allKinds, apiVersionOf, hasVerb, type KindInfo } from "../../api/index.ts";
import { reviewKinds } from "../http/review-kinds.ts";

/** One thing that can be done at one address, apart from how a version of OpenAPI writes it down. */
export interface ApiOperation {
  /** "/apis/plush.dev/v1/namespaces/{namespace}/applications/{name}". */
  readonly path: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly kind: KindInfo;
  /** Unique over all documents: "readPlushDevV1NamespacedApplicationStatus". */
  readonly id: string;
  /** x-kubernetes-action. */
  readonly action: string;
  readonly description: string;
  /** Names of its query parameters. */
  readonly query: readonly string[];
  readonly body?: OperationBody;
  /** Name of the component that it answers with; undefined: the kind's own. */
  readonly answer?: string;
  /** It may answer 201. */
  readonly creates: boolean;
}

export interface OperationBody {
  readonly types: readonly string[];
  /** Name of a component; undefined: the kind's own. */
  readonly component?: string;
  readonly required: boolean;
}

/** Query parameters by name, with their types. */
export const queryParameters: Readonly<Record<string, { readonly type: string; readonly description: string }>> = {
  allowWatchBookmarks: { type: "boolean", description: "A watch may be told how far it has come." },
  continue: { type: "string", description: "Where a list goes on, as its last page said." },
  dryRun: { type: "string", description: "All: everything is done but stored." },
  fieldManager: { type: "string", description: "Who writes; at most 128 characters." },
  fieldSelector: { type: "string", description: "Only objects with these fields." },
  fieldValidation: { type: "string", description: "Strict, Warn or Ignore: what unknown fields are." },
  force: { type: "boolean", description: "An apply takes fields over from who owns them." },
  gracePeriodSeconds: { type: "integer", description: "Seconds given for an orderly end." },
  labelSelector: { type: "string", description: "Only objects with these labels." },
  limit: { type: "integer", description: "Objects of a page." },
  orphanDependents: { type: "boolean", description: "Deprecated; see propagationPolicy." },
  pretty: { type: "string", description: "true: the answer is indented." },
  propagationPolicy: { type: "string", description: "Foreground, Background or Orphan: what becomes of dependents." },
  resourceVersion: { type: "string", description: "The version that is meant, in the sense of resourceVersionMatch." },
  resourceVersionMatch: { type: "string", description: "Exact or NotOlderThan." },
  sendInitialEvents: { type: "boolean", description: "A watch begins with what is there." },
  timeoutSeconds: { type: "integer", description: "Seconds after which a watch ends." },
  watch: { type: "boolean", description: "Changes are told as they come." },
};

/** Names of components that all documents have. */
export const metaComponent = {
  status: "io.k8s.apimachinery.pkg.apis.meta.v1.Status",
  patch: "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
  deleteOptions: "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
  listMeta: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
  scale: "io.k8s.api.autoscaling.v1.Scale",
} as const;

const bodyTypes = ["application/json", "application/yaml"];
const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];
const listQuery = [
  "allowWatchBookmarks",
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "pretty",
  "resourceVersion",
  "resourceVersionMatch",
  "sendInitialEvents",
  "timeoutSeconds",
  "watch",
];
const writeQuery = ["dryRun", "fieldManager", "fieldValidation", "pretty"];
const deleteQuery = ["dryRun", "gracePeriodSeconds", "orphanDependents", "pretty", "propagationPolicy"];

/** Kinds that have schemas, stored or not. */
export const documentedKinds: readonly KindInfo[] = [...allKinds, ...reviewKinds];

/** "api/v1", "apis/plush.dev/v1": a group and version as OpenAPI's addresses name it. */
export function documentPathOf(kind: KindInfo): string {
  return kind.group === "" ? `api/${kind.version}` : `apis/${apiVersionOf(kind)}`;
}

/** All that can be done with objects of one group and version. */
export function operationsOf(documentPath: string): readonly ApiOperation[] {
  return documentedKinds
    .filter((kind) => documentPathOf(kind) === documentPath)
    .flatMap(kindOperations)
    .filter(({ kind, action }) => hasVerb(kind, verbs[action] ?? action));
}

/** Verbs of actions that have another name. */
const verbs: Readonly<Record<string, string>> = { post: "create", put: "update" };

function kindOperations(kind: KindInfo): readonly ApiOperation[] {
  const root = `/${documentPathOf(kind)}`;
  const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const one = `${collection}/{name}`;
  const list = { method: "get", action: "list", query: listQuery, answer: listName(kind) } as const;
  const create = {
    path: collection,
    method: "post",
    action: "post",
    verb: "create",
    query: writeQuery,
    body: {},
  } as const;
  return [
    ...(kind.namespaced
      ? [operation(kind, { ...list, path: `${root}/${kind.plural}`, verb: "list", suffix: "ForAllNamespaces" })]
      : []),
    operation(kind, { ...list, path: collection, verb: "list" }),
    operation(kind, create),
    deletion(kind, collection, "deletecollection"),
    ...partOperations(kind, one, ""),
    deletion(kind, one, "delete"),
    ...(kind.hasStatus ? partOperations(kind, `${one}/status`, "Status") : []),
    ...(kind.scale === undefined ? [] : partOperations(kind, `${one}/scale`, "Scale", metaComponent.scale)),
  ];
}

/** Reading, replacing and patching an object, or the part of it that a subresource is. */
function partOperations(kind: KindInfo, path: string, suffix: string, component?: string): readonly ApiOperation[] {
  const shared = { path, suffix, ...(component !== undefined && { answer: component }) };
  const own = component === undefined ? {} : { component };
  return [
    operation(kind, { ...shared, method: "get", action: "get", verb: "read", query: ["pretty"] }),
    operation(kind, { ...shared, method: "put", action: "put", verb: "replace", query: writeQuery, body: own }),
    operation(kind, {
      ...shared,
      method: "patch",
      action: "patch",
      verb: "patch",
      query: [...writeQuery, "force"],
      body: { component: metaComponent.patch, types: patchTypes },
    }),
  ];
}

function deletion(kind: KindInfo, path: string, action: "delete" | "deletecollection"): ApiOperation {
  const isAll = action === "deletecollection";
  return operation(kind, {
    path,
    method: "delete",
    action,
    verb: "delete",
    query: isAll ? [...new Set([...deleteQuery, ...listQuery])].filter((name) => name !== "watch") : deleteQuery,
    body: { component: metaComponent.deleteOptions, required: false },
    answer: metaComponent.status,
    ...(isAll && { infix: "Collection" }),
  });
}

interface OperationParts {
  readonly path: string;
  readonly method: ApiOperation["method"];
  readonly action: string;
  readonly verb: string;
  readonly query: readonly string[];
  readonly body?: Partial<OperationBody>;
  readonly answer?: string;
  readonly infix?: string;
  readonly suffix?: string;
}

function operation(kind: KindInfo, parts: OperationParts): ApiOperation {
  const { path, method, action, verb, query, body, answer, infix = "", suffix = "" } = parts;
  const scope = kind.namespaced && suffix !== "ForAllNamespaces" ? "Namespaced" : "";
  return {
    path,
    method,
    kind,
    action,
    query,
    id: `${verb}${groupName(kind)}${infix}${scope}${kind.kind}${suffix}`,
    description: `${verb} ${suffix === "Status" || suffix === "Scale" ? `${suffix.toLowerCase()} of ` : ""}${kind.plural}`,
    creates: method === "post" || method === "put" || method === "patch",
    ...(body !== undefined && { body: { types: bodyTypes, required: true, ...body } }),
    ...(answer !== undefined && { answer }),
  };
}

/** "CoreV1", "PlushDevV1", "RbacAuthorizationV1". */
function groupName({ group, version }: KindInfo): string {
  const words = group === "" ? ["core"] : group.replace(/\.k8s\.io$/, "").split(".");
  return [...words, version].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** Name of the component that lists of a kind are; the document's maker puts the kind's package before it. */
export function listName(kind: KindInfo): string {
  return `${kind.kind}List`;
}
