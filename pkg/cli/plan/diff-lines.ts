import type { FieldChange, PlannedObject } from "../../protocol/index.ts";
import type { Paint } from "../terminal.ts";

/** A line of an answer, and its colour. */
export interface PaintedLine {
  readonly text: string;
  readonly paint?: Paint;
}

/** What becomes of an object: "~ application/web", then its fields. Nothing for one that stays as it is. */
export async function diffLines(
  object: PlannedObject,
  asYaml: (value: unknown) => Promise<string>,
): Promise<PaintedLine[]> {
  const { kind, namespace, name, action, fields = [] } = object;
  if (action === "Unchanged" || action === "Refused") return [];
  const where = namespace === undefined ? "" : ` (namespace ${namespace})`;
  const head = `${kind.toLowerCase()}/${name}${where}`;
  const title: PaintedLine =
    action === "Create" ? { text: `+ ${head}`, paint: "green" } : { text: `~ ${head}`, paint: "yellow" };
  const lines: PaintedLine[] = [title];
  for (const change of fields) lines.push(...(await fieldLines(change, asYaml)));
  return lines;
}

async function fieldLines(
  { path, from, to }: FieldChange,
  asYaml: (value: unknown) => Promise<string>,
): Promise<readonly PaintedLine[]> {
  if (from !== undefined && to !== undefined && isShort(from) && isShort(to))
    return [{ text: `    ~ ${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`, paint: "yellow" }];
  return [
    ...(from === undefined ? [] : await sideLines("-", path, from, asYaml)),
    ...(to === undefined ? [] : await sideLines("+", path, to, asYaml)),
  ];
}

async function sideLines(
  mark: "+" | "-",
  path: string,
  value: unknown,
  asYaml: (value: unknown) => Promise<string>,
): Promise<readonly PaintedLine[]> {
  const paint = mark === "+" ? "green" : "red";
  if (isShort(value)) return [{ text: `    ${mark} ${path}: ${JSON.stringify(value)}`, paint }];
  const block = (await asYaml(value)).trimEnd().split("\n");
  return [`${path}:`, ...block.map((line) => `  ${line}`)].map((line) => ({ text: `    ${mark} ${line}`, paint }));
}

const shortLength = 72;

/** Fits on a line with its path. */
function isShort(value: unknown): boolean {
  return (
    JSON.stringify(value).length <= shortLength && !(typeof value === "object" && Object.keys(value ?? {}).length > 4)
  );
}
