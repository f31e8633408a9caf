/** What a key asks for. */
export type KeyWish = "palette" | "help" | "begin" | { readonly to: string };

/** After "g". */
const places: Readonly<Record<string, string>> = {
  ...{ m: "/map", a: "/applications", e: "/events", b: "/build", r: "/run", p: "/pools", s: "/syncs" },
  ...{ o: "/objects/applications", x: "/access", n: "/setup" },
};

export interface KeyPress {
  readonly key: string;
  /** Control or Command. */
  readonly hasModifier: boolean;
  /** In a field, or behind a dialog: then keys mean themselves. */
  readonly isTaken: boolean;
  /** "g" came just before. */
  readonly isSecond: boolean;
}

/** Undefined: nothing that concerns the whole console. "begin": another key says where to go. */
export function wishOf({ key, hasModifier, isTaken, isSecond }: KeyPress): KeyWish | undefined {
  if (hasModifier) return key.toLowerCase() === "k" ? "palette" : undefined;
  if (isTaken) return undefined;
  const to = isSecond ? places[key] : undefined;
  if (to !== undefined) return { to };
  if (key === "/") return "palette";
  if (key === "?") return "help";
  return key === "g" ? "begin" : undefined;
}
