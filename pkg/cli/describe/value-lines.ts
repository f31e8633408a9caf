/** Any value as an indented outline: for kinds, and parts of kinds, that nothing more is known of. */
export function valueLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listItem(item));
  if (typeof value !== "object" || value === null) return [scalar(value)];
  return Object.entries(value).flatMap(([name, member]) => {
    if (isEmpty(member)) return [];
    if (typeof member !== "object" || member === null) return [`${name}: ${scalar(member)}`];
    if (isScalarList(member)) return [`${name}: [${member.map(scalar).join(", ")}]`];
    return [`${name}:`, ...valueLines(member).map((line) => `  ${line}`)];
  });
}

function listItem(item: unknown): string[] {
  const [first = "", ...rest] = valueLines(item);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function isScalarList(value: object): value is readonly unknown[] {
  return Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function scalar(value: unknown): string {
  return typeof value === "string" ? value : String(value);
}
