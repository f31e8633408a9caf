import { type CheckedManifest, causesOf, checkSet, type LocatedManifest } from "../../manifests/portable.ts";
import type { StatusError } from "../../status/index.ts";
import type { Session } from "../live/session.ts";
import type { ParsedText } from "./document.ts";
import { documentOf, manifestSet, type Problem, problemAt } from "./manifest-set.ts";

/** In whose name fields are set: the command line's, so that both are one hand. */
export const fieldManager = "plush";

export interface CheckedText {
  readonly checked: readonly CheckedManifest[];
  readonly problems: readonly Problem[];
}

export interface CheckOptions {
  readonly namespace: string;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Asks the server what it has against each object: the dry run of `plush apply`. Rejects where it cannot be asked. */
export async function checkText(session: Session, parsed: ParsedText, options: CheckOptions): Promise<CheckedText> {
  const { manifests, problems } = manifestSet(parsed, options.namespace);
  const refused: Problem[] = [];
  const { force, signal } = options;
  const { checked } = await checkSet(session.api, manifests, {
    fieldManager,
    force,
    signal,
    async wordFaults(manifest, error) {
      refused.push(...problemsOf(parsed, manifest, error));
      return [];
    },
  });
  return { checked, problems: [...problems, ...refused] };
}

function problemsOf(parsed: ParsedText, manifest: LocatedManifest, error: StatusError): readonly Problem[] {
  const document = parsed.documents[documentOf(manifest.file)];
  if (document === undefined) return [];
  const causes = causesOf(error);
  if (causes.length === 0) return [problemAt(parsed, document, "", error.message)];
  return causes.map(({ field = "", message }) => problemAt(parsed, document, field, message));
}
