import type { KubeObject } from "../../api/index.ts";
import { inApplyOrder, type LocatedManifest, locateSet, type Manifest } from "../../manifests/portable.ts";
import { type Fields, fields } from "../../merge/index.ts";
import type { Place } from "./blocks.ts";
import { lineAt, type ParsedDocument, type ParsedText, rangeOf } from "./document.ts";
import { at, type Path } from "./edit-value.ts";
import { readField } from "./field-path.ts";

/** Something that is wrong with an object, and where. */
export interface Problem {
  readonly document: number;
  readonly path: Path;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface ManifestSet {
  /** In the order in which they are applied, which is `plush apply`'s. */
  readonly manifests: readonly LocatedManifest[];
  readonly problems: readonly Problem[];
  /** Where the object with this file name stands. */
  readonly placeOf: (file: string) => Place;
}

/** The objects of a text as the command line reads them; `namespace`: of those that say none. */
export function manifestSet(parsed: ParsedText, namespace: string): ManifestSet {
  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  const manifests = parsed.documents.flatMap(placesIn).flatMap((place): readonly Manifest[] => {
    const value = fields(at(parsed.documents[place.document]?.value, place.path));
    const missing = missingFields(value);
    problems.push(...missing.map((field) => problemAt(parsed, place, field, `${field}: Required value`)));
    if (missing.length > 0) return [];
    const file = `#${places.size + 1}`;
    places.set(file, place);
    return [manifestAt(parsed, place, value, file)];
  });
  const { located, faults } = locateSet(manifests, namespace);
  const placeOf = (file: string): Place => places.get(file) ?? { document: 0, path: [] };
  problems.push(...faults.map(({ file, line, message }) => ({ ...placeOf(file), line, message })));
  return { manifests: inApplyOrder(located), problems, placeOf };
}

/** A List counts as its items. */
function placesIn({ index, kind, value }: ParsedDocument): readonly Place[] {
  if (Object.keys(value).length === 0) return [];
  const { items } = value;
  if (!kind.endsWith("List") || !Array.isArray(items)) return [{ document: index, path: [] }];
  return items.map((_, at) => ({ document: index, path: ["items", at] }));
}

function missingFields({ apiVersion, kind, metadata }: Fields): readonly string[] {
  const isMissing = (value: unknown): boolean => typeof value !== "string" || value === "";
  return [
    ...(isMissing(apiVersion) ? ["apiVersion"] : []),
    ...(isMissing(kind) ? ["kind"] : []),
    ...(isMissing(fields(metadata)["name"]) ? ["metadata.name"] : []),
  ];
}

function manifestAt(parsed: ParsedText, place: Place, value: Fields, file: string): Manifest {
  return {
    file,
    directory: "",
    // The fields that make it an object have been looked at; the rest is the server's to judge.
    object: value as unknown as KubeObject,
    lineOf: (field) => problemAt(parsed, place, field, "").line,
  };
}

/** A problem with a field of the object at a place. */
export function problemAt({ text, documents }: ParsedText, place: Place, field: string, message: string): Problem {
  const document = documents[place.document];
  if (document === undefined) return { ...place, line: 1, message };
  const path = [...place.path, ...readField(at(document.value, place.path), field)];
  return { document: place.document, path, line: lineAt(text, rangeOf(document, path).from), message };
}
