import { apiVersionOf, hasVerb, type KindInfo, openApiSchemas } from "../../api/index.ts";
import { documentedKinds, documentPathOf, listName, metaComponent } from "./operations.ts";
import { reviewSchemas } from "./review-schemas.ts";

type Schema = Readonly<Record<string, unknown>>;

export type Components = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: "string", description });
const count = (description: string): Schema => ({ type: "integer", format: "int64", description });
const flag = (description: string): Schema => ({ type: "boolean", description });
const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const envelope = {
  apiVersion: text("Version of the schema of this object."),
  kind: text("Kind of this object."),
};
const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Schemas of what is sent beside objects: options, errors, lists, patches. */
const shared: Components = {
  [metaComponent.listMeta]: {
    type: "object",
    description: "What a list says of itself.",
    properties: {
      continue: text("Where the list goes on; empty at its end."),
      remainingItemCount: count("How many objects are left."),
      resourceVersion: text("Version of the snapshot that was listed."),
      selfLink: text("Not used."),
    },
  },
  [metaComponent.patch]: { type: "object", description: "A change, in the form that its media type names." },
  [metaComponent.deleteOptions]: {
    type: "object",
    description: "How something is to be deleted.",
    properties: {
      ...envelope,
      dryRun: { type: "array", items: { type: "string" }, description: "All: nothing is deleted." },
      gracePeriodSeconds: count("Seconds given for an orderly end."),
      orphanDependents: flag("Deprecated; see propagationPolicy."),
      preconditions: { description: "What must hold.", allOf: [reference(`${metaPackage}.Preconditions`)] },
      propagationPolicy: text("Foreground, Background or Orphan: what becomes of dependents."),
    },
  },
  [`${metaPackage}.Preconditions`]: {
    type: "object",
    description: "What must hold of an object for it to be deleted.",
    properties: { resourceVersion: text("Its version."), uid: text("Its identity.") },
  },
  [metaComponent.status]: {
    type: "object",
    description: "How a request ended.",
    properties: {
      ...envelope,
      code: { type: "integer", format: "int32", description: "HTTP status." },
      details: { description: "More about it.", allOf: [reference(`${metaPackage}.StatusDetails`)] },
      message: text("What happened, for people."),
      metadata: { description: "Of the list it is about.", allOf: [reference(metaComponent.listMeta)] },
      reason: text("What happened, in one word."),
      status: text("Success or Failure."),
    },
    "x-kubernetes-group-version-kind": [{ group: "", kind: "Status", version: "v1" }],
  },
  [`${metaPackage}.StatusDetails`]: {
    type: "object",
    description: "More about how a request ended.",
    properties: {
      causes: { type: "array", items: reference(`${metaPackage}.StatusCause`), description: "Every fault found." },
      group: text("Group of the object."),
      kind: text("Kind or resource of the object."),
      name: text("Name of the object."),
      retryAfterSeconds: { type: "integer", format: "int32", description: "When to try again." },
      uid: text("Identity of the object."),
    },
  },
  [`${metaPackage}.StatusCause`]: {
    type: "object",
    description: "One fault.",
    properties: {
      field: text("Field that is wrong."),
      message: text("What is wrong."),
      reason: text("What is wrong, in one word."),
    },
  },
};

const scale: Components = {
  [metaComponent.scale]: {
    type: "object",
    description: "The number of an object that scaling is about.",
    properties: {
      ...envelope,
      metadata: { description: "Of the object.", allOf: [reference(`${metaPackage}.ObjectMeta`)] },
      spec: { type: "object", properties: { replicas: { type: "integer", format: "int32", description: "Wanted." } } },
      status: {
        type: "object",
        properties: {
          replicas: { type: "integer", format: "int32", description: "There are." },
          selector: text("Selects what was counted."),
        },
      },
    },
    "x-kubernetes-group-version-kind": [{ group: "autoscaling", kind: "Scale", version: "v1" }],
  },
};

/** Schemas of one group and version by component name. */
export function componentsOf(documentPath: string): Components {
  const own = ownSchemas(documentPath);
  const kinds = documentedKinds.filter((kind) => documentPathOf(kind) === documentPath);
  const listed = kinds.filter((kind) => hasVerb(kind, "list"));
  const lists = listed.map((kind) => [`${packageIn(own, kind)}${listName(kind)}`, listSchema(kind, own)] as const);
  const all = { ...own, ...Object.fromEntries(lists), ...shared, ...(kinds.some((kind) => kind.scale) && scale) };
  return Object.fromEntries(Object.entries(all).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function ownSchemas(documentPath: string): Components {
  const groupVersion = documentPath.slice(documentPath.indexOf("/") + 1);
  return { ...openApiSchemas[groupVersion], ...reviewSchemas[groupVersion] };
}

/** The component that a kind is. */
export function componentName(components: Components, kind: KindInfo): string {
  const found = Object.entries(components).find(([name, schema]) => {
    const [names] = ((schema as Schema)["x-kubernetes-group-version-kind"] ?? []) as {
      kind?: string;
      group?: string;
    }[];
    return names?.kind === kind.kind && names.group === kind.group && name.endsWith(`.${kind.kind}`);
  });
  if (found === undefined) throw new Error(`${kind.kind} has no OpenAPI schema`);
  return found[0];
}

/** What stands before the kind in its component's name. */
export function packageIn(components: Components, kind: KindInfo): string {
  const name = componentName(components, kind);
  return name.slice(0, name.length - kind.kind.length);
}

function listSchema(kind: KindInfo, components: Components): Schema {
  return {
    type: "object",
    description: `Some ${kind.plural}, or all.`,
    required: ["items"],
    properties: {
      ...envelope,
      items: { type: "array", items: reference(componentName(components, kind)), description: "The objects." },
      metadata: { description: "What the list says of itself.", allOf: [reference(metaComponent.listMeta)] },
    },
    "x-kubernetes-group-version-kind": [
      { group: kind.group, kind: listName(kind), version: apiVersionOf(kind).split("/").at(-1) ?? "" },
    ],
  };
}
