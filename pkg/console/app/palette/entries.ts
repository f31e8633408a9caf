import type { KindInfo, ObjectKey } from "../../../api/index.ts";
import type { IconName } from "../../ui/icon.tsx";

/** Something that the palette leads to. */
export interface Entry {
  readonly id: string;
  readonly group: "action" | "page" | "object";
  readonly icon: IconName;
  readonly title: string;
  /** Where it belongs, in a softer tone. */
  readonly hint: string;
  /** What a query is compared with, in lower case. */
  readonly search: string;
  readonly go: () => void;
}

export function objectEntry(kind: KindInfo, key: ObjectKey, go: () => void): Entry {
  const hint = key.namespace === "" ? kind.singular : `${kind.singular} · ${key.namespace}`;
  return {
    id: `${kind.plural}.${kind.group}/${key.namespace}/${key.name}`,
    group: "object",
    icon: kind.kind === "Resource" ? "pools" : kind.kind === "Application" ? "applications" : "objects",
    title: key.name,
    hint,
    search: `${kind.singular} ${key.namespace} ${key.name}`.toLowerCase(),
    go,
  };
}
