import { useEffect, useState } from "react";
import type { ApplyWord, LocatedManifest } from "../../manifests/portable.ts";
import type { PlanStatus } from "../../protocol/index.ts";
import { apply } from "../actions/apply.ts";
import { Link, pathOf } from "../app/router.tsx";
import { useSession } from "../live/use-world.ts";
import { builderTexts } from "../texts/builder.ts";
import { uiTexts } from "../texts/ui.ts";
import { Button } from "../ui/button.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { closeDialog, openDialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Icon } from "../ui/icon.tsx";
import { notify } from "../ui/notices.tsx";
import { saveFile } from "../ui/save-file.ts";
import { Shape } from "../ui/state.tsx";
import { askPlan } from "./ask-plan.ts";
import { checkText } from "./check-text.ts";
import type { ParsedText } from "./document.ts";
import { manifestSet, type Problem } from "./manifest-set.ts";
import { PlanParts } from "./plan-parts.tsx";

const texts = builderTexts.planning;

export interface PlanSheetProps {
  readonly parsed: ParsedText;
  readonly namespace: string;
  /** All of it was applied. */
  readonly onApplied: () => void;
}

/** Shows what applying would do, and applies it when that is wanted. */
export function openPlan(props: PlanSheetProps): void {
  openDialog(texts.title, <PlanSheet {...props} />);
}

function PlanSheet({ parsed, namespace, onApplied }: PlanSheetProps) {
  const [force, setForce] = useState(false);
  const { plan, set, problems, failure } = usePlan(parsed, namespace, force);
  const [words, setWords] = useState<readonly ApplyWord[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const session = useSession();
  const count = set?.length ?? 0;
  const isDone = count > 0 && words.length === count;
  const action = apply(parsed.text, { namespace, force, onApplied: (word) => setWords((before) => [...before, word]) });
  const perform = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setWords([]);
    try {
      await action.perform(session);
      notify(texts.applied);
      onApplied();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return (
    <div className="builder-plan">
      {plan === undefined && failure === undefined && <p className="quiet">{texts.asking}</p>}
      {failure !== undefined && <ErrorNote error={failure} />}
      {plan !== undefined && <PlanParts plan={plan} words={words} isBusy={isBusy} />}
      <ul className="builder-plan-problems">
        {problems.map(({ document, line, message }) => (
          <li key={`${document} ${line} ${message}`} className="builder-problem">
            <Shape tone="bad" /> {message} <span className="quiet">{builderTexts.line(line)}</span>
          </li>
        ))}
      </ul>
      {problem !== undefined && <ErrorNote error={problem} />}
      <SameByCommand text={parsed.text} command={action.command} />
      <footer>
        <label className="builder-switch">
          <input
            type="checkbox"
            checked={force}
            disabled={isBusy || isDone}
            onChange={(event) => setForce(event.target.checked)}
          />
          {texts.force}
        </label>
        <span className="spacer" />
        {isDone ? (
          <Applied set={set ?? []} />
        ) : (
          <>
            <Button onClick={closeDialog}>{uiTexts.cancel}</Button>
            <Button
              look="primary"
              disabled={isBusy || set === undefined || count === 0 || problems.length > 0}
              onClick={() => void perform()}
            >
              {isBusy ? texts.applying : texts.apply(count)}
            </Button>
          </>
        )}
      </footer>
    </div>
  );
}

/** Where what was applied can be looked at. */
function Applied({ set }: { readonly set: readonly LocatedManifest[] }) {
  const applications = set.filter(({ kind }) => kind.kind === "Application");
  return applications.map(({ namespace, name }) => (
    <Link
      key={`${namespace}/${name}`}
      className="button button-primary"
      to={pathOf("applications", namespace, name)}
      onClick={closeDialog}
    >
      {texts.open(name)} <Icon name="chevron" />
    </Link>
  ));
}

function SameByCommand({ text, command }: { readonly text: string; readonly command: readonly string[] }) {
  return (
    <section>
      <h3>{uiTexts.sameByCommand}</h3>
      <CommandLine argv={command} />
      <div className="builder-plan-text">
        <Button onClick={() => void navigator.clipboard.writeText(text).then(() => notify(uiTexts.copied))}>
          <Icon name="copy" /> {texts.copyText}
        </Button>
        <Button onClick={() => saveFile("application.yaml", new Blob([text], { type: "application/yaml" }))}>
          <Icon name="download" /> {texts.downloadText}
        </Button>
      </div>
    </section>
  );
}

interface Planned {
  readonly plan: PlanStatus | undefined;
  /** What would be applied; undefined until it is known. */
  readonly set: readonly LocatedManifest[] | undefined;
  readonly problems: readonly Problem[];
  readonly failure: unknown;
}

const nothing: Planned = { plan: undefined, set: undefined, problems: [], failure: undefined };

function usePlan(parsed: ParsedText, namespace: string, force: boolean): Planned {
  const session = useSession();
  const [planned, setPlanned] = useState(nothing);
  useEffect(() => {
    const asking = new AbortController();
    const { signal } = asking;
    const ask = async (): Promise<void> => {
      try {
        const { manifests } = manifestSet(parsed, namespace);
        const [problems, plan] = await Promise.all([
          checkText(session, parsed, { namespace, force, signal }),
          askPlan(session, manifests, force, signal),
        ]);
        if (!signal.aborted) setPlanned({ plan, set: manifests, problems, failure: undefined });
      } catch (failure) {
        if (!signal.aborted) setPlanned({ ...nothing, failure });
      }
    };
    setPlanned(nothing);
    void ask();
    return () => asking.abort();
  }, [session, parsed, namespace, force]);
  return planned;
}
