import { SaxesParser } from "saxes";
import { StatusError } from "../../status/index.ts";

/** One element of a document, with the line on which it begins. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
  readonly line: number;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

/** Application descriptions are flat; what is deeper was made to do harm. */
const maxDepth = 100;

/** Reads a document. Throws BadRequest with file, line and column where it is not well-formed; entities are not expanded. */
export function parseXml(file: string, text: string): XmlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  parser.on("error", ({ message }) => {
    throw new StatusError("BadRequest", `${file}:${message}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length >= maxDepth)
      throw new StatusError("BadRequest", `${file}:${parser.line}: elements more than ${maxDepth} deep`);
    open.push({ name, attributes: attributes as Record<string, string>, children: [], text: "", line: parser.line });
  });
  const takeText = (more: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on("text", takeText);
  parser.on("cdata", takeText);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const element: XmlElement = { ...closed, text: closed.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(text).close();
  if (root === undefined) throw new StatusError("BadRequest", `${file}: no element in it`);
  return root;
}

/** The first child of this name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((one) => one.name === name);
}

export function children(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((one) => one.name === name);
}

/** Text of the first child of this name; undefined where there is none, or it is empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  const text = child(element, name)?.text;
  return text === "" ? undefined : text;
}
