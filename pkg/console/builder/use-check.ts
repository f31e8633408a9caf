import { useEffect, useState } from "react";
import { useSession } from "../live/use-world.ts";
import { checkText } from "./check-text.ts";
import type { ParsedText } from "./document.ts";
import { lineAt } from "./document.ts";
import type { Problem } from "./manifest-set.ts";

export interface Check {
  readonly isBusy: boolean;
  /** What the server has against the text that is named; it may be older than the one that is shown. */
  readonly problems: readonly Problem[];
  /** Why it could not be asked. */
  readonly failure: unknown;
  /** The text that was checked last. */
  readonly of: string | undefined;
}

/** So long after the last change the server is asked. */
const pauseMs = 500;
const nothing: Check = { isBusy: false, problems: [], failure: undefined, of: undefined };

/** What the server says to the text, asked again after each change of it. A broken text is not sent. */
export function useCheck(parsed: ParsedText, namespace: string): Check {
  const session = useSession();
  const [check, setCheck] = useState<Check>(nothing);
  useEffect(() => {
    if (parsed.faults.length > 0) return;
    const asking = new AbortController();
    const ask = async (): Promise<void> => {
      setCheck((before) => ({ ...before, isBusy: true }));
      try {
        const problems = await checkText(session, parsed, { namespace, force: false, signal: asking.signal });
        if (!asking.signal.aborted) setCheck({ ...nothing, problems, of: parsed.text });
      } catch (failure) {
        if (!asking.signal.aborted) setCheck({ ...nothing, failure });
      }
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [session, parsed, namespace]);
  return check;
}

/** Where the text is no YAML, as problems. */
export function brokenProblems({ text, faults, documents }: ParsedText): readonly Problem[] {
  return faults.map(({ from, message }) => {
    const document = documents.findLast((one) => one.from <= from)?.index ?? 0;
    return { document, path: [], line: lineAt(text, from), message };
  });
}
