/** Reading JSON whose type nobody vouches for: what is not there, or is something else, reads as empty. */
export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  // A plain object is its own record of unknown members.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Scalars as they are, everything else as JSON; nothing as "". */
export function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What a path of names leads to. */
export function dig(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((current, name) => fields(current)[name], value);
}
