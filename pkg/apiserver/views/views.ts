import { type Component, type KindInfo, type KubeObject, kinds, type Process, type Resource } from "../../api/index.ts";
import type { ApiObject, Backend } from "../backend.ts";
import { onlyShown } from "../errors.ts";
import { storeKey } from "../keys.ts";
import { showNode } from "./node-view.ts";
import { nodeNameOf, showPod } from "./pod-view.ts";

/**
 * Objects of one kind as objects of another: nothing of a view is stored. Lists, watches, selectors and versions are
 * those of the kind that it shows.
 */
interface View {
  /** Other objects that the picture shows something of. Selectors must not depend on them: a watch does not see them. */
  readonly look: (source: ApiObject, find: Find) => readonly (ApiObject | undefined)[];
  readonly show: (source: ApiObject, looked: readonly (ApiObject | undefined)[], version: string) => KubeObject;
}

type Find = (kind: KindInfo, namespace: string, name: string | undefined) => ApiObject | undefined;

const views: Readonly<Record<string, View>> = {
  Node: {
    look: () => [],
    show: (source, _looked, version) => showNode({ resource: typed<Resource>(source), version }),
  },
  Pod: {
    look(source, find) {
      const process = typed<Process>(source);
      const { componentName } = process.spec;
      return [
        find(kinds.Resource, "", nodeNameOf(process)),
        find(kinds.Component, process.metadata.namespace ?? "", componentName),
      ];
    },
    show(source, [resource, component]) {
      return showPod({
        process: typed<Process>(source),
        ...(resource !== undefined && { resource: typed<Resource>(resource) }),
        ...(component !== undefined && { component: typed<Component>(component) }),
      });
    },
  },
};

/** What a view shows of an object of its source. */
export function showObject(backend: Backend, kind: KindInfo, source: ApiObject): ApiObject {
  const view = viewOf(kind);
  const looked = view.look(source, (other, namespace, name) => find(backend, other, namespace, name));
  return view.show(source, looked, backend.version) as ApiObject;
}

/** What selectors are asked of: for views, what they show of the object alone. */
export function selectableObject(kind: KindInfo, stored: ApiObject): ApiObject {
  return kind.viewOf === undefined ? stored : (viewOf(kind).show(stored, [], "") as ApiObject);
}

function viewOf(kind: KindInfo): View {
  const view = views[kind.kind];
  if (view !== undefined) return view;
  throw onlyShown(kind);
}

function find(backend: Backend, kind: KindInfo, namespace: string, name: string | undefined): ApiObject | undefined {
  if (name === undefined) return undefined;
  return backend.store.get(storeKey(kind, { namespace, name }))?.value as ApiObject | undefined;
}

/** What was stored was decoded when it was written. */
function typed<T>(object: ApiObject): T {
  return object as unknown as T;
}
