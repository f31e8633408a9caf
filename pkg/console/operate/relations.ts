import { type KindInfo, type KubeObject, kindByName, kinds, type OwnerReference } from "../../api/index.ts";

/** A relative of an object that has a page. */
export interface Relative {
  readonly kind: KindInfo;
  readonly namespace: string;
  readonly name: string;
}

/** Kinds whose objects others make, by the kind of who makes them. */
const ownedKinds: Readonly<Record<string, readonly KindInfo[]>> = {
  Application: [kinds.Component, kinds.Phase],
  Component: [kinds.Claim],
  Phase: [kinds.Process, kinds.Barrier],
  ResourcePool: [kinds.Resource],
  Token: [kinds.RoleBinding, kinds.ClusterRoleBinding],
};

export function ownedKindsOf(kind: KindInfo): readonly KindInfo[] {
  return ownedKinds[kind.kind] ?? [];
}

/** Whose an object is; one of a kind that is not known has no page. */
export function ownersOf({ metadata }: KubeObject): readonly Relative[] {
  return (metadata.ownerReferences ?? []).flatMap((reference) => relativeOf(reference, metadata.namespace));
}

function relativeOf({ apiVersion, kind: name, name: of }: OwnerReference, namespace = ""): readonly Relative[] {
  const kind = kindByName(apiVersion, name);
  return kind === undefined ? [] : [{ kind, namespace: kind.namespaced ? namespace : "", name: of }];
}

export function isOwnedBy({ metadata }: KubeObject, uid: string | undefined): boolean {
  return (metadata.ownerReferences ?? []).some((reference) => reference.uid === uid);
}
