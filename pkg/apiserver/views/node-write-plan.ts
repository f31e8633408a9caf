import { forbidden, type Node, type Resource } from "../../api/index.ts";
import { equalJson, isObject, type JsonObject } from "../../merge/index.ts";
import type { StatusCause } from "../../status/index.ts";
import { rawMetadata } from "../raw-metadata.ts";

/** What a write to a Node is for its Resource, or the faults for which it is none. Pure. */
export type NodeWritePlan = { readonly resource: JsonObject } | { readonly causes: readonly StatusCause[] };

export interface NodeWrite {
  readonly resource: Resource;
  /** The Node as it is shown. */
  readonly shown: Node;
  /** As a client wants it to be. */
  readonly wanted: JsonObject;
}

const changeable: ReadonlySet<string> = new Set(["unschedulable", "taints"]);
/** Who read an object sends these back, or leaves them out: neither is a change. */
const serverFields: ReadonlySet<string> = new Set([
  ...["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"],
]);

export function planNodeWrite({ resource, shown, wanted }: NodeWrite): NodeWritePlan {
  const spec = objectAt(wanted, "spec");
  const use = `change resource/${resource.metadata.name ?? ""}`;
  const causes = [
    ...changedFields(shown.spec ?? {}, spec, changeable).map((name) => foreign(`spec.${name}`, use)),
    ...changedFields(shown.metadata, rawMetadata(wanted), serverFields).map((name) => foreign(`metadata.${name}`, use)),
  ];
  if (causes.length > 0) return { causes };
  const { resourceVersion, uid } = rawMetadata(wanted);
  return {
    resource: {
      ...resource,
      metadata: { ...resource.metadata, ...present({ resourceVersion, uid }) },
      spec: { ...resource.spec, unschedulable: spec["unschedulable"] ?? false, taints: taintsOf(spec["taints"]) },
    },
  };
}

function foreign(field: string, use: string): StatusCause {
  return forbidden(field, `of a Node only spec.unschedulable and spec.taints can be changed here: ${use}`);
}

/** Names of fields that differ, those of `ignored` left out. */
function changedFields(before: object, after: JsonObject, ignored: ReadonlySet<string>): readonly string[] {
  const old = before as JsonObject;
  const names = new Set([...Object.keys(old), ...Object.keys(after)]);
  return [...names].filter((name) => !ignored.has(name) && !equalJson(old[name] ?? {}, after[name] ?? {}));
}

/** Without the time at which Kubernetes' own clients say that a taint was added. */
function taintsOf(taints: unknown): unknown {
  if (!Array.isArray(taints)) return taints ?? [];
  return taints.map((taint: unknown) => {
    if (!isObject(taint)) return taint;
    const { timeAdded: _added, ...kept } = taint;
    return kept;
  });
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
