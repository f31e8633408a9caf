import type { NamePath, TemplateNode } from "./node.ts";
import { parseTemplate } from "./parse.ts";

export type TemplateScalar = string | number | boolean | null;

export interface TemplateMember {
  readonly ordinal: number;
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly resource: string;
  readonly site?: string;
  readonly epoch: number;
  readonly ready: boolean;
}

/** What a template is rendered from. */
export interface TemplateData {
  /** Null: it has none. */
  readonly ordinal: number | null;
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  /** Those of the own component. */
  readonly members: readonly TemplateMember[];
  readonly components: Readonly<Record<string, readonly TemplateMember[]>>;
}

type Value = TemplateScalar | undefined | object;

/**
 * Renders a template that has passed the check. What is not there (a member without a site, a component without members)
 * is empty. Throws an Error where the template cannot be read, or would become longer than `maxLength` characters.
 */
export function renderTemplate(source: string, data: TemplateData, maxLength = 16 * 1024 * 1024): string {
  const parsed = parseTemplate(source);
  if ("fault" in parsed) {
    const { at, message } = parsed.fault;
    throw new Error(`line ${at.line}, column ${at.column}: ${message}`);
  }
  const out: string[] = [];
  let left = maxLength;
  const write = (text: string): void => {
    // A repetition counts even where it writes nothing: nested ranges over many members have to end too.
    left -= text.length + 1;
    if (left < 0) throw new Error(`the rendered file would be longer than ${maxLength} characters`);
    out.push(text);
  };
  for (const node of parsed.nodes) render(node, data, data, write);
  return out.join("");
}

type Write = (text: string) => void;

function render(node: TemplateNode, here: Value, root: TemplateData, write: Write): void {
  if (node.kind === "text") {
    write(node.text);
    return;
  }
  const value = lookUp(node.name, node.name.fromRoot ? root : here);
  if (node.kind === "value") write(textOf(value));
  else if (node.kind === "range") renderEach(node.body, Array.isArray(value) ? value : [], root, write);
  else renderEach(isTrue(value) === node.negated ? node.otherwise : node.body, [here], root, write);
}

function renderEach(body: readonly TemplateNode[], items: readonly Value[], root: TemplateData, write: Write): void {
  for (const item of items) {
    write("");
    for (const one of body) render(one, item, root, write);
  }
}

function lookUp({ parts }: NamePath, from: Value): Value {
  let value = from;
  for (const part of parts) {
    // Own names only: nothing that the language itself gives to objects.
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, part))
      return undefined;
    value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}

function textOf(value: Value): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** As in Go: empty lists and texts, 0 and what is not there are false. Member 0 is there, so compare no ordinals with this. */
function isTrue(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
