/**
 * A JSON value as YAML of the plain kind that manifests are written in. Own lines rather than a library's: the page needs
 * no reader, and equal values have equal lines, which a comparison by lines relies on.
 */
export function yamlLines(value: unknown): readonly string[] {
  if (isEmpty(value) || typeof value !== "object" || value === null) return [scalar(value)];
  return blockOf(value);
}

export function yamlText(value: unknown): string {
  return `${yamlLines(value).join("\n")}\n`;
}

function blockOf(value: object): readonly string[] {
  return Array.isArray(value)
    ? value.flatMap((item) => indented(item, "- "))
    : Object.entries(value).flatMap(([name, item]) =>
        item === undefined ? [] : entryLines(scalar(name), item as unknown),
      );
}

function entryLines(name: string, value: unknown): readonly string[] {
  if (typeof value === "string" && isText(value)) return [`${name}: |${chomp(value)}`, ...textLines(value)];
  if (typeof value !== "object" || value === null || isEmpty(value)) return [`${name}: ${scalar(value)}`];
  return [`${name}:`, ...blockOf(value).map((line) => `  ${line}`)];
}

/** An item of a list: its first line stands beside the dash. */
function indented(value: unknown, dash: string): readonly string[] {
  if (typeof value === "string" && isText(value)) return [`${dash}|${chomp(value)}`, ...textLines(value)];
  return yamlLines(value).map((line, index) => (index === 0 ? dash : "  ") + line);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

const plain = /^[A-Za-z_/.$][\w ./$@%+=;~^()-]*[\w./$@%+=;~^()-]$|^[A-Za-z_]$/;
/** What a reader of YAML 1.1 or 1.2 takes for something else than a text. */
const otherwise = /^(true|false|yes|no|on|off|null|y|n|[-+]?\.?(inf|nan|\d).*|~)$/i;

function scalar(value: unknown): string {
  if (Array.isArray(value)) return "[]";
  if (typeof value === "object" && value !== null) return "{}";
  if (typeof value !== "string") return JSON.stringify(value) ?? "null";
  return plain.test(value) && !otherwise.test(value) ? value : JSON.stringify(value);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot stand in a block
const unfit = /^\s|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[ \t](\n|$)/;

/** Texts of several lines are shown as such, where that loses nothing. */
function isText(value: string): boolean {
  return /[^\n]\n./.test(value) && !unfit.test(value);
}

function chomp(value: string): string {
  return value.endsWith("\n\n") ? "+" : value.endsWith("\n") ? "" : "-";
}

function textLines(value: string): readonly string[] {
  return value
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`));
}
