import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { annotations, type KubeObject, kindByName } from "../api/index.ts";
import { dig, type Fields, fields, text } from "../merge/index.ts";
import { fieldLine } from "./field-line.ts";
import type { Manifest, ManifestFault, ManifestText } from "./manifest.ts";
import { jsonOf, substitute, type Values } from "./substitute.ts";

export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly ManifestFault[];
}

export interface ParseOptions {
  /** An object may have a generateName in place of a name, and a question no name at all. */
  readonly mayBeUnnamed?: boolean;
  /** What stands for ${NAME}; absent: nothing is replaced. */
  readonly values?: Values;
}

/** Reads YAML (or JSON, which is YAML) of any number of documents; a List counts as its items. */
export function parseManifests(sources: readonly ManifestText[], options: ParseOptions = {}): ParsedManifests {
  const manifests: Manifest[] = [];
  const faults: ManifestFault[] = [];
  for (const source of sources) {
    const counter = new LineCounter();
    const marker = conflictMarker(source.text);
    if (marker !== undefined) {
      faults.push({ file: source.file, line: marker, message: "the markers of a merge that was not finished" });
      continue;
    }
    for (const document of parseText(source, counter, faults)) {
      const reader = new DocumentReader({
        source,
        document,
        counter,
        mayBeUnnamed: options.mayBeUnnamed === true,
        values: options.values,
      });
      reader.read();
      manifests.push(...reader.manifests);
      faults.push(...reader.faults);
    }
  }
  return { manifests, faults };
}

/** The line, from 1, of what git leaves in a file whose two versions it could not join. */
function conflictMarker(text: string): number | undefined {
  const begin = /^<<<<<<< /m.exec(text);
  if (begin === null || !/^=======\r?$/m.test(text) || !/^>>>>>>> /m.test(text)) return undefined;
  return text.slice(0, begin.index).split("\n").length;
}

function parseText(source: ManifestText, counter: LineCounter, faults: ManifestFault[]): readonly Document[] {
  try {
    const documents = parseAllDocuments(source.text, { lineCounter: counter, merge: true, prettyErrors: false });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    // The parser is recursive: nesting that exhausts the stack is somebody's mistake or joke.
    const message = error instanceof RangeError ? "nested too deeply" : String(error);
    faults.push({ file: source.file, line: 1, message });
    return [];
  }
}

interface DocumentInput {
  readonly source: ManifestText;
  readonly document: Document;
  readonly counter: LineCounter;
  readonly mayBeUnnamed: boolean;
  readonly values: Values | undefined;
}

class DocumentReader {
  readonly manifests: Manifest[] = [];
  readonly faults: ManifestFault[] = [];
  readonly #source: ManifestText;
  readonly #document: Document;
  readonly #counter: LineCounter;
  readonly #mayBeUnnamed: boolean;
  readonly #values: Values | undefined;

  constructor({ source, document, counter, mayBeUnnamed, values }: DocumentInput) {
    this.#source = source;
    this.#document = document;
    this.#counter = counter;
    this.#mayBeUnnamed = mayBeUnnamed;
    this.#values = values;
  }

  read(): void {
    for (const { message, pos } of this.#document.errors) this.#fault(pos[0], message.split("\n", 1)[0] ?? message);
    const root = this.#document.contents;
    if (this.#document.errors.length > 0 || root === null) return;
    const value = this.#toValue(root as Node);
    if (value === undefined || value === null) return;
    if (isList(value)) this.#readItems(root as Node, value);
    else this.#readOne(root as Node, value);
  }

  /** Undefined where it cannot be had: references that multiply are cut off by the library. */
  #toValue(root: Node): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      this.#fault(root.range?.[0] ?? 0, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #readItems(root: Node, value: Fields): void {
    const nodes = isMap(root) ? root.get("items", true) : undefined;
    const values = Array.isArray(value["items"]) ? value["items"] : [];
    values.forEach((item: unknown, index) => {
      const node = isSeq(nodes) ? nodes.items[index] : undefined;
      this.#readOne((node ?? root) as Node, item);
    });
  }

  /** Undefined values: nothing is replaced. */
  #readOne(node: Node, value: unknown): void {
    const isLeftAlone = dig(value, "metadata", "annotations", annotations.substitute) === "disabled";
    if (this.#values === undefined || isLeftAlone) {
      this.#readObject(node, value, false);
      return;
    }
    const { faults, isHidden } = substitute(node, this.#values);
    for (const { offset, message } of faults) this.#fault(offset, message);
    if (faults.length === 0) this.#readObject(node, jsonOf(this.#document, node), isHidden);
  }

  #readObject(node: Node, value: unknown, isHidden: boolean): void {
    const offset = node.range?.[0] ?? 0;
    const object = fields(value);
    const metadata = fields(object["metadata"]);
    const missing = [
      ...["apiVersion", "kind"].filter((name) => typeof object[name] !== "string" || object[name] === ""),
      ...(this.#isNamed(object, metadata) ? [] : ["metadata.name"]),
    ];
    if (missing.length > 0) {
      this.#fault(offset, missing.map((field) => `${field}: Required value`).join("; "));
      return;
    }
    this.manifests.push({
      file: this.#source.file,
      directory: this.#source.directory,
      // The three fields that make it an object have been looked at; the rest is the server's to judge.
      object: { ...object, metadata } as unknown as KubeObject,
      lineOf: (path) => fieldLine(this.#document, node, this.#counter, path),
      ...(isHidden && { isHidden }),
    });
  }

  #isNamed({ apiVersion, kind }: Fields, { name, generateName }: Fields): boolean {
    if (typeof name === "string" && name !== "") return true;
    if (!this.#mayBeUnnamed) return false;
    // A question is not stored, and needs no name.
    const isQuestion = kindByName(text(apiVersion), text(kind))?.createOnly === true;
    return isQuestion || (typeof generateName === "string" && generateName !== "");
  }

  #fault(offset: number, message: string): void {
    this.faults.push({ file: this.#source.file, line: this.#counter.linePos(offset).line, message });
  }
}

function isList(value: unknown): value is Fields {
  const { kind, items } = fields(value);
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
}
