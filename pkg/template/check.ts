import { type KnownNames, type Shape, templateShape } from "./names.ts";
import type { NamePath, TemplateFault, TemplateNode } from "./node.ts";
import { parseTemplate } from "./parse.ts";

/** Variables of every process, known without asking. */
const ownVariable = /^(PLUSH_[A-Z0-9_]+|PATH|HOME|PWD|LANG|TMPDIR)$/;

/** All that is wrong with a template: what cannot be read, or names that it does not know. */
export function checkTemplate(source: string, known: KnownNames = {}): readonly TemplateFault[] {
  const parsed = parseTemplate(source);
  if ("fault" in parsed) return [parsed.fault];
  const root = templateShape(known);
  return parsed.nodes.flatMap((node) => checkNode(node, root, root));
}

function checkNode(node: TemplateNode, here: Shape, root: Shape): readonly TemplateFault[] {
  if (node.kind === "text") return [];
  const found = resolve(node.name, node.name.fromRoot ? root : here);
  if ("message" in found) return [found];
  const { shape } = found;
  const { at } = node.name;
  if (node.kind === "value") {
    return shape.kind === "scalar" ? [] : [{ at, message: `${textOf(node.name)} is no single value` }];
  }
  if (node.kind === "if") return [...node.body, ...node.otherwise].flatMap((one) => checkNode(one, here, root));
  if (shape.kind !== "list") return [{ at, message: `${textOf(node.name)} is no list` }];
  return node.body.flatMap((one) => checkNode(one, shape.of, root));
}

function resolve({ parts, at, ...name }: NamePath, from: Shape): { readonly shape: Shape } | TemplateFault {
  let shape = from;
  for (const [index, part] of parts.entries()) {
    const next = step(shape, part);
    if (typeof next !== "string") shape = next;
    else return { at, message: `unknown name ${textOf({ ...name, at, parts: parts.slice(0, index + 1) })}: ${next}` };
  }
  return { shape };
}

/** What a part leads to, or why it leads nowhere. */
function step(shape: Shape, part: string): Shape | string {
  switch (shape.kind) {
    case "record":
      if (Object.hasOwn(shape.fields, part)) return shape.fields[part] ?? "";
      return `there are ${list(Object.keys(shape.fields).map((name) => `.${name}`))}`;
    case "map":
      if (shape.known === undefined || shape.known.includes(part)) return shape.of;
      if (shape.what === "variable" && ownVariable.test(part)) return shape.of;
      return `no such ${shape.what}${shape.known.length === 0 ? "" : ` (there are ${list(shape.known)})`}`;
    case "list":
      return "a list has no names: use range";
    case "scalar":
      return "a single value has no names";
  }
}

function textOf({ fromRoot, parts }: NamePath): string {
  return `${fromRoot ? "$" : ""}.${parts.join(".")}`;
}

function list(names: readonly string[]): string {
  return names.join(", ");
}
