import { type Claim, controllerOf, type KubeObject, kinds, labels } from "../api/index.ts";
import type { Forecast, WorldChange } from "./forecast.ts";

/** What a plan tells of: what its objects are about, and what else is moved by them. */
export interface Scope {
  readonly namespaces: readonly string[];
  readonly hasClaim: (claim: Claim) => boolean;
  /** Whether an object that a controller made, or a person, is part of it. */
  readonly has: (object: KubeObject) => boolean;
}

/** `maySee`: whether who asks may read an application that is not among the objects. */
export function scopeOf(
  changes: readonly WorldChange[],
  forecast: Forecast,
  maySee: (namespace: string, application: string) => boolean,
): Scope {
  const own = new Set(changes.map(({ kind, object }) => nameOf(kind.kind, object)));
  const moved = [...forecast.bindings, ...forecast.preemptions, ...forecast.processes].map(({ claim }) =>
    rootOf(claim),
  );
  const seen = new Set(
    moved.filter((root) => {
      const [kind, namespace = "", name = ""] = root.split("/");
      return own.has(root) || (kind === kinds.Application.kind && maySee(namespace, name));
    }),
  );
  const isPart = (root: string): boolean => own.has(root) || seen.has(root);
  return {
    namespaces: [...new Set(changes.flatMap(({ object }) => object.metadata.namespace ?? []))],
    hasClaim: (claim) => isPart(rootOf(claim)),
    has: (object) => isPart(rootOf(object)) || own.has(nameOf(object.kind ?? "", object)),
  };
}

function nameOf(kind: string, { metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

/** The application, or else whatever a person made, that an object comes from. */
function rootOf(object: KubeObject): string {
  const { namespace = "", labels: own } = object.metadata;
  const application = own?.[labels.application];
  if (application !== undefined) return `${kinds.Application.kind}/${namespace}/${application}`;
  const owner = controllerOf(object);
  return owner === undefined ? nameOf(object.kind ?? "", object) : `${owner.kind}/${namespace}/${owner.name}`;
}
