import type { KindInfo } from "../../api/index.ts";
import type { ObjectState } from "../object-state.ts";
import { type IncludeObject, makeRowCells, makeTable } from "./table.ts";

export interface TableTextOptions {
  readonly kind: KindInfo;
  readonly items: readonly ObjectState[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly includeObject: IncludeObject;
  /** Milliseconds since 1970; ages are counted from it. */
  readonly now: number;
}

/** The JSON of a Table of many objects: what goes with a row is taken out of the object's text, and not made anew. */
export function tableText({ kind, items, metadata, includeObject, now }: TableTextOptions): string {
  const head = JSON.stringify(makeTable({ kind, objects: [], metadata, includeObject, now }));
  const cellsOf = makeRowCells(kind, now);
  const rows = items.map((item) => {
    const cells = JSON.stringify(cellsOf(item));
    if (includeObject === "None") return `{"cells":${cells}}`;
    return `{"cells":${cells},"object":${includeObject === "Object" ? item.text : partialText(item)}}`;
  });
  // "rows" comes last in a table without rows.
  return `${head.slice(0, -"]}".length)}${rows.join(",")}]}`;
}

/** An object of which only the metadata is shown. */
export function partialText({ metadataText }: ObjectState): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadataText}}`;
}
