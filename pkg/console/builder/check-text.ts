import { causesOf, checkSet } from "../../manifests/portable.ts";
import { fieldManager } from "../actions/apply.ts";
import type { Session } from "../live/session.ts";
import type { ParsedText } from "./document.ts";
import { manifestSet, type Problem, problemAt } from "./manifest-set.ts";

export interface CheckOptions {
  readonly namespace: string;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** What the server has against each object: the dry run of `plush apply`. Rejects where it cannot be asked. */
export async function checkText(
  session: Session,
  parsed: ParsedText,
  options: CheckOptions,
): Promise<readonly Problem[]> {
  const { manifests, problems, placeOf } = manifestSet(parsed, options.namespace);
  const refused: Problem[] = [];
  const { force, signal } = options;
  await checkSet(session.api, manifests, {
    fieldManager,
    force,
    signal,
    async wordFaults({ file }, error) {
      const place = placeOf(file);
      const causes = causesOf(error);
      const told = causes.length === 0 ? [{ field: "", message: error.message }] : causes;
      refused.push(...told.map(({ field = "", message }) => problemAt(parsed, place, field, message)));
      return [];
    },
  });
  return [...problems, ...refused];
}
