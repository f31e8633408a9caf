import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { pathOf } from "../app/router.tsx";

/** The page of all fields of an object. */
export function objectPage({ plural }: KindInfo, { namespace, name }: ObjectKey): string {
  return pathOf("objects", plural, namespace === "" ? "-" : namespace, name);
}

/** Where one looks at an object: its own page where its kind has one. */
export function bestPage(kind: KindInfo, key: ObjectKey): string {
  if (kind.kind === "Application") return pathOf("applications", key.namespace, key.name);
  if (kind.kind === "Resource") return `/map?machine=${encodeURIComponent(key.name)}`;
  return objectPage(kind, key);
}
