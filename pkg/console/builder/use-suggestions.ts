import { useCallback } from "react";
import { type KubeObject, kinds } from "../../api/index.ts";
import { dig, fields, list, text } from "../../merge/index.ts";
import { useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import type { Place } from "./blocks.ts";
import type { ParsedText } from "./document.ts";
import type { Path } from "./edit-value.ts";

const namesOf = (objects: Objects<KubeObject>): readonly string[] =>
  [...new Set([...objects.values()].map(({ metadata }) => metadata.name ?? ""))].sort();

/** Names that a field may well have: from the text, and of what is on the server. */
export function useSuggestions(parsed: ParsedText, selected: Place | undefined): (path: Path) => readonly string[] {
  const pools = useSelected(kinds.ResourcePool, useCallback(namesOf, []));
  const software = useSelected(kinds.Software, useCallback(namesOf, []));
  return (path) => {
    const last = path.at(-1);
    const document = parsed.documents[selected?.document ?? -1];
    const here = (kind: string): readonly string[] =>
      parsed.documents.filter((one) => one.kind === kind).map(({ name }) => name);
    const inside = (field: string): readonly string[] =>
      list(dig(document?.value, "spec", field)).map((one) => text(fields(one)["name"]));
    if (last === "after") return inside("phases").filter((_, index) => index !== path[2]);
    if (last === "component") return inside("components");
    if (last === "software") return [...new Set([...here("Software"), ...software])];
    if (last === "pool" || last === "pools") return [...new Set([...here("ResourcePool"), ...pools])];
    return [];
  };
}
