import { useState } from "react";
import { type AnswerGroup, foldNames, groupTitle } from "../../operations/index.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Icon } from "../ui/icon.tsx";
import { saveFile } from "../ui/save-file.ts";
import { Shape } from "../ui/state.tsx";
import type { RunSession } from "./run-session.ts";

const views = ["answers", "printed"] as const;

/** What machines have answered so far. */
export function RunAnswers({ run }: { readonly run: RunSession }) {
  const [view, show] = useState<(typeof views)[number]>("answers");
  const { answered, expected, failed, waiting } = run.tally;
  return (
    <section className="run-answers">
      <header className="section-head">
        <p role="status">
          {texts.answered(answered, expected)}
          {failed > 0 && <span className="tone-bad"> · {texts.failedOn(failed)}</span>}
          {waiting.size > 0 && run.state !== "over" && (
            <span className="quiet"> · {texts.waitingFor(foldNames(waiting))}</span>
          )}
        </p>
        <span className="spacer" />
        {views.map((each) => (
          <Button key={each} look="quiet" aria-pressed={each === view} onClick={() => show(each)}>
            {texts[each]}
          </Button>
        ))}
        <Button disabled={run.outputs.size === 0} onClick={() => saveFile("plush-run.txt", allOutput(run))}>
          <Icon name="download" />
          {texts.downloadOutput}
        </Button>
      </header>
      {run.problem !== undefined && <ErrorNote error={run.problem} />}
      {view === "answers" ? (
        run.groups.all.map((group) => <Group key={groupTitle(group)} group={group} />)
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
        <section className="run-lines card" tabIndex={0} aria-label={texts.printed}>
          <pre>{run.lines.join("\n")}</pre>
        </section>
      )}
    </section>
  );
}

function Group({ group }: { readonly group: AnswerGroup }) {
  const { ok, text } = group.answer;
  return (
    <article className="card run-group">
      <h2>
        <Shape tone={ok ? "good" : "bad"} /> {groupTitle(group)}
      </h2>
      {text === "" ? <p className="quiet">{texts.noOutput}</p> : <pre>{text}</pre>}
    </article>
  );
}

function allOutput(run: RunSession): Blob {
  const parts = [...run.outputs].map(([name, text]) => `=== ${name}\n${text}\n`);
  return new Blob(parts, { type: "text/plain" });
}
