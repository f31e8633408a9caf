import { useEffect, useState } from "react";
import { useSession, useWorld } from "../live/use-world.ts";
import { uiTexts as texts } from "../texts/ui.ts";
import { Button } from "../ui/button.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { closeDialog, openDialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { notify } from "../ui/notices.tsx";
import { Shape } from "../ui/state.tsx";
import type { Action, Effect } from "./action.ts";

/** Shows what an action will do, and does it when that is wanted. */
export function confirm(action: Action): void {
  openDialog(action.title, <Confirm action={action} />);
}

function Confirm({ action }: { readonly action: Action }) {
  const session = useSession();
  const { isPast } = useWorld();
  const [effects, setEffects] = useState<readonly Effect[] | undefined>(action.preview === undefined ? [] : undefined);
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    action.preview?.(session, asking.signal).then(setEffects, (error: unknown) => {
      if (!asking.signal.aborted) setProblem(error);
    });
    return () => asking.abort();
  }, [action, session]);
  const perform = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await action.perform(session);
      closeDialog();
      notify(action.title);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <div className="confirm">
      {isPast && <p className="note">{texts.happensNow}</p>}
      {action.preview !== undefined && (
        <section aria-busy={effects === undefined}>
          <h3>{texts.whatHappens}</h3>
          {effects === undefined && problem === undefined && <p className="quiet">{texts.looking}</p>}
          <ul className="effects">
            {effects?.map(({ tone, text }) => (
              <li key={text}>
                <Shape tone={tone} /> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
      {problem !== undefined && <ErrorNote error={problem} />}
      <section>
        <h3>{texts.sameByCommand}</h3>
        <CommandLine argv={action.command} />
      </section>
      <footer>
        <Button onClick={closeDialog}>{texts.cancel}</Button>
        <Button
          look={action.isDangerous === true ? "danger" : "primary"}
          disabled={isBusy}
          onClick={() => void perform()}
        >
          {action.title}
        </Button>
      </footer>
    </div>
  );
}
