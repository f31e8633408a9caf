import type { KubeObject } from "../../api/index.ts";
import { inApplyOrder, type LocatedManifest, locateSet, type Manifest } from "../../manifests/portable.ts";
import { lineAt, type ParsedDocument, type ParsedText, rangeOf } from "./document.ts";
import type { Path } from "./edit-value.ts";
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
}

/** The objects of a text as the command line reads them; `namespace`: of those that say none. */
export function manifestSet(parsed: ParsedText, namespace: string): ManifestSet {
  const problems: Problem[] = [];
  const manifests = parsed.documents.flatMap((document): readonly Manifest[] => {
    if (Object.keys(document.value).length === 0) return [];
    const missing = missingFields(document);
    problems.push(...missing.map((field) => problemAt(parsed, document, field, `${field}: Required value`)));
    return missing.length > 0 ? [] : [manifestOf(parsed, document)];
  });
  const { located, faults } = locateSet(manifests, namespace);
  problems.push(...faults.map(({ file, line, message }) => ({ document: documentOf(file), path: [], line, message })));
  return { manifests: inApplyOrder(located), problems };
}

function missingFields({ apiVersion, kind, name }: ParsedDocument): readonly string[] {
  return [
    ...(apiVersion === "" ? ["apiVersion"] : []),
    ...(kind === "" ? ["kind"] : []),
    ...(name === "" ? ["metadata.name"] : []),
  ];
}

function manifestOf(parsed: ParsedText, document: ParsedDocument): Manifest {
  const { index, value } = document;
  return {
    file: `#${index + 1}`,
    directory: "",
    // The fields that make it an object have been looked at; the rest is the server's to judge.
    object: { ...value, metadata: value["metadata"] } as unknown as KubeObject,
    lineOf: (field) => lineAt(parsed.text, rangeOf(document, readField(value, field)).from),
  };
}

/** Which document of the text a manifest of the set is. */
export function documentOf(file: string): number {
  return Number(file.slice(1)) - 1;
}

export function problemAt(parsed: ParsedText, document: ParsedDocument, field: string, message: string): Problem {
  const path = readField(document.value, field);
  return { document: document.index, path, line: lineAt(parsed.text, rangeOf(document, path).from), message };
}
