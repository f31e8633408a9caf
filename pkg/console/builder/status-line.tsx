import { builderTexts as texts } from "../texts/builder.ts";
import { Shape } from "../ui/state.tsx";
import type { Place } from "./blocks.ts";
import type { ParsedText } from "./document.ts";
import type { Path } from "./edit-value.ts";
import type { Problem } from "./manifest-set.ts";
import type { Check } from "./use-check.ts";

interface StatusLineProps {
  readonly parsed: ParsedText;
  readonly check: Check;
  readonly problems: readonly Problem[];
  readonly onSelect: (place: Place) => void;
}

/** What the server says to all of it; each problem leads to its block. */
export function StatusLine({ parsed, check, problems, onSelect }: StatusLineProps) {
  return (
    <footer className="builder-status" aria-live="polite">
      <p>{summary(parsed, check, problems)}</p>
      {problems.length > 0 && (
        <ul>
          {problems.slice(0, 20).map((problem) => (
            <li key={`${problem.document} ${problem.line} ${problem.message}`}>
              <button
                type="button"
                onClick={() => onSelect({ document: problem.document, path: blockPath(problem.path) })}
              >
                <span className="quiet">{texts.line(problem.line)}</span> {problem.message}
              </button>
            </li>
          ))}
        </ul>
      )}
    </footer>
  );
}

function summary(parsed: ParsedText, { isBusy, failure, of }: Check, problems: readonly Problem[]) {
  if (problems.length > 0)
    return (
      <>
        <Shape tone="bad" /> {texts.problems(problems.length)}
      </>
    );
  if (failure !== undefined)
    return (
      <>
        <Shape tone="warn" /> {texts.notChecked(failure instanceof Error ? failure.message : String(failure))}
      </>
    );
  const isCurrent = of === parsed.text && !isBusy;
  return (
    <>
      <Shape tone={isCurrent ? "good" : "busy"} /> {isCurrent ? texts.allWell : texts.checking}
    </>
  );
}

/** The block that has a field. */
function blockPath(path: Path): Path {
  const isInner =
    path[0] === "spec" && (path[1] === "components" || path[1] === "phases") && typeof path[2] === "number";
  if (!isInner) return [];
  if (path[3] === "processes" && typeof path[4] === "number") return path.slice(0, 5);
  return path[3] === "work" ? path.slice(0, 4) : path.slice(0, 3);
}
