import type { Invocation } from "../command.ts";
import { streamTarget } from "../streams/stream-target.ts";
import type { Located } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

/** One end of a copy. */
export type Place =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "remote"; readonly target: string; readonly path: string };

/** Reads PATH or TARGET:PATH; what begins with "." or "/" is a path. Throws UsageError. */
export function parsePlace(text: string): Place {
  if (text === "") throw new UsageError("a path is empty");
  const found = /^([a-zA-Z0-9][a-zA-Z0-9.-]*(?:\/[^/:]+)?):(.*)$/s.exec(text);
  if (found === null) return { kind: "local", path: text };
  const [, target = "", path = ""] = found;
  if (path === "") throw new UsageError(`${text}: give a path after the colon, "." for the working directory`);
  return { kind: "remote", target, path };
}

/** The object that a place is on. */
export function targetOf(call: Invocation, { target }: Extract<Place, { kind: "remote" }>): Promise<Located> {
  return streamTarget(call, [target], ["Process", "Claim", "Resource"]);
}
