import { badRequest, invalidParameter } from "./errors.ts";
import type { Selection } from "./selection.ts";

/** Where a list goes on. */
export interface Position {
  /** Of the snapshot that was begun with; undefined: what is there now, because that snapshot is no longer known. */
  readonly revision: number | undefined;
  /** Key after which it goes on. */
  readonly after: string;
}

/** How Kubernetes writes that a list goes on in another snapshot than it began. */
const inconsistent = -1;
const longestToken = 4096;

export function writeContinue({ revision, after }: Position): string {
  return Buffer.from(JSON.stringify({ v: 1, rv: revision ?? inconsistent, after })).toString("base64url");
}

export interface ContinueRequest {
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

/**
 * Reads the token of a request; undefined where it has none. `newest` is the newest revision there is. Throws BadRequest
 * for a token that no list of this selection has given.
 */
export function readContinue(request: ContinueRequest, selection: Selection, newest: number): Position | undefined {
  const { continue: token, resourceVersion = "", resourceVersionMatch = "" } = request;
  if (token === undefined || token === "") return undefined;
  if (resourceVersionMatch !== "")
    throw invalidParameter(
      "resourceVersionMatch",
      "Forbidden: resourceVersionMatch is forbidden for continue",
      "ListOptions",
    );
  if (resourceVersion !== "" && resourceVersion !== "0")
    throw badRequest("specifying resource version is not allowed when using continue");
  const position = parseToken(token);
  // A token of another kind or namespace would begin in the midst of what was not asked for.
  if (position === undefined || !position.after.startsWith(selection.prefix) || (position.revision ?? 0) > newest)
    throw badRequest("continue key is not valid");
  return position;
}

function parseToken(token: string): Position | undefined {
  if (token.length > longestToken) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, rv, after } = value as Readonly<Record<string, unknown>>;
    if (v !== 1 || typeof rv !== "number" || !Number.isSafeInteger(rv) || typeof after !== "string") return undefined;
    if (rv === inconsistent) return { revision: undefined, after };
    return rv > 0 ? { revision: rv, after } : undefined;
  } catch {
    return undefined;
  }
}
