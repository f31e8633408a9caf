import { useMemo, useState } from "react";
import { type ApplicationRevision, kinds } from "../../../api/index.ts";
import { confirm } from "../../actions/confirm.tsx";
import { useMay } from "../../live/use-may.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Button } from "../../ui/button.tsx";
import { useOwn } from "../own-objects.ts";
import { changesBetween, revisionDiff } from "./revision-diff.ts";
import { changeWords, undoTo } from "./rollout-actions.ts";

const texts = applicationTexts.rollout;
const toldChanges = 12;

interface RevisionViewProps {
  readonly revision: ApplicationRevision;
  readonly revisions: readonly ApplicationRevision[];
  readonly current: ApplicationRevision | undefined;
}

/** What a revision changed, or how it differs from what runs. */
export function RevisionView({ revision, revisions, current }: RevisionViewProps) {
  const { application, isGone } = useOwn();
  const may = useMay("patch", kinds.Application, application.metadata.namespace);
  const [against, setAgainst] = useState<"before" | "current">("before");
  const before = revisions[revisions.indexOf(revision) - 1];
  const other = against === "before" ? before : current;
  const { hunks, added, removed } = useMemo(() => revisionDiff(other, revision), [other, revision]);
  const changes = useMemo(() => (other === undefined ? [] : changesBetween(other, revision)), [other, revision]);
  return (
    <section className="card application-section application-revision">
      <header>
        <h2>{texts.revision(revision.spec.revision)}</h2>
        <span className="tone-good">{texts.counts(added, removed)}</span>
        <span className="spacer" />
        <select
          className="input"
          aria-label={texts.compare}
          value={against}
          onChange={({ target }) => setAgainst(target.value === "current" ? "current" : "before")}
        >
          <option value="before">{texts.against.before}</option>
          <option value="current">{texts.against.current}</option>
        </select>
        {!isGone && may && revision !== current && (
          <Button onClick={() => confirm(undoTo(application, revision, revisions))}>
            {texts.undoTo(revision.spec.revision)}
          </Button>
        )}
      </header>
      {other === undefined && <p className="quiet">{texts.first}</p>}
      {other !== undefined && changes.length === 0 && <p className="quiet">{texts.noChange}</p>}
      <ul className="application-changes">
        {changes.slice(0, toldChanges).map((change) => (
          <li key={change.path}>{changeWords(change)}</li>
        ))}
        {changes.length > toldChanges && <li>{texts.effects.more(changes.length - toldChanges)}</li>}
      </ul>
      <pre
        className="application-diff"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
      >
        {hunks.map((hunk, index) => (
          <div key={`${hunk[0]?.before}-${hunk[0]?.after}`}>
            {index > 0 && <div className="application-diff-gap">{texts.skipped}</div>}
            {hunk.map(({ mark, text, before: left, after: right }) => (
              <div key={`${mark}${left} ${right}`} className={marks[mark]}>
                {`${mark} ${text}`}
              </div>
            ))}
          </div>
        ))}
      </pre>
    </section>
  );
}

const marks = { " ": "", "+": "application-diff-added", "-": "application-diff-removed" } as const;
