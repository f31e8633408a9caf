import { isNestedName } from "./nested-name.ts";
import type { XmlElement } from "./xml-tree.ts";

export type Manifest = Readonly<Record<string, unknown>>;

/** Something that the manifests do not say as the description did. */
export interface ConversionNote {
  readonly line: number;
  readonly text: string;
}

export interface Conversion {
  readonly manifests: readonly Manifest[];
  readonly notes: readonly ConversionNote[];
}

/** Collects notes while a description is read, and gives names that manifests may have. */
export class Notes {
  readonly #notes: ConversionNote[] = [];
  readonly #told = new Set<string>();

  get all(): readonly ConversionNote[] {
    return [...this.#notes].sort((left, right) => left.line - right.line);
  }

  add({ line }: Pick<XmlElement, "line">, text: string): void {
    this.#notes.push({ line, text });
  }

  /** Names every child and attribute that is not among those that were understood. */
  rest(element: XmlElement, children: readonly string[], attributes: readonly string[] = ["name"]): void {
    for (const one of element.children)
      if (!children.includes(one.name)) this.add(one, `<${one.name}> in <${element.name}> was left out`);
    for (const [name, value] of Object.entries(element.attributes))
      if (!attributes.includes(name)) this.add(element, `${name}="${value}" of <${element.name}> was left out`);
  }

  /** `text` as a DNS label; says so where it had to be changed. */
  name(element: XmlElement, text: string | undefined, fallback: string): string {
    const wanted = text ?? fallback;
    if (isNestedName(wanted)) return wanted;
    const name = wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 40)
      .replace(/-+$/, "");
    const usable = name === "" ? fallback : name;
    if (!this.#told.has(wanted)) this.add(element, `${JSON.stringify(wanted)} is called ${usable} here`);
    this.#told.add(wanted);
    return usable;
  }
}
