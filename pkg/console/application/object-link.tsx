import { allKinds, type KubeObject } from "../../api/index.ts";
import { Link, pathOf } from "../app/router.tsx";

/** Where an object is shown: machines on the map, applications on their page, everything else by its kind. */
function pathOfObject({ kind, metadata }: KubeObject): string {
  const { name = "", namespace } = metadata;
  if (kind === "Resource") return `/map?machine=${encodeURIComponent(name)}`;
  if (kind === "Application") return pathOf("applications", namespace ?? "", name);
  const plural = allKinds.find((each) => each.kind === kind)?.plural ?? "";
  return pathOf("objects", plural, namespace ?? "-", name);
}

/** The name of an object, which leads to it. */
export function ObjectLink({ object }: { readonly object: KubeObject }) {
  return (
    <Link to={pathOfObject(object)}>
      {object.kind.toLowerCase()}/{object.metadata.name}
    </Link>
  );
}

export function MachineLink({ name }: { readonly name: string }) {
  return <Link to={`/map?machine=${encodeURIComponent(name)}`}>{name}</Link>;
}
