import type { Place } from "./blocks.ts";
import { type ParsedText, rangeOf } from "./document.ts";
import { at, type Path } from "./edit-value.ts";

/** The innermost block around an offset of the text; undefined where there is none. */
export function placeAt({ documents }: ParsedText, offset: number): Place | undefined {
  const document = documents.findLast(({ from }) => from <= offset);
  if (document === undefined || Object.keys(document.value).length === 0) return undefined;
  const holds = (path: Path): boolean => {
    const { from, to } = rangeOf(document, path);
    return from <= offset && offset <= to;
  };
  const inner = (list: Path): Path | undefined => {
    const items = at(document.value, list);
    const index = Array.isArray(items) ? items.findIndex((_, number) => holds([...list, number])) : -1;
    return index < 0 ? undefined : [...list, index];
  };
  const isApplication = document.kind === "Application";
  const block = isApplication ? (inner(["spec", "components"]) ?? inner(["spec", "phases"])) : undefined;
  if (block === undefined) return { document: document.index, path: [] };
  const work: Path = [...block, "work"];
  const process =
    inner([...block, "processes"]) ?? (at(document.value, work) !== undefined && holds(work) ? work : undefined);
  return { document: document.index, path: process ?? block };
}
