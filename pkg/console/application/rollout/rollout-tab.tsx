import { useMemo } from "react";
import { type Application, type ApplicationRevision, kinds } from "../../../api/index.ts";
import { earlierRevision, inOrder, marksOf, type RevisionMark, rolloutState } from "../../../rollout/index.ts";
import { confirm } from "../../actions/confirm.tsx";
import { pauseRollout, restartApplication, resumeRollout } from "../../actions/rollout.ts";
import { setQuery, useQuery } from "../../app/router.tsx";
import { useMay } from "../../live/use-may.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { revisionsOf } from "../groupings.ts";
import { useOwn, useOwnObjects } from "../own-objects.ts";
import { RevisionView } from "./revision-view.tsx";
import { undoTo } from "./rollout-actions.ts";

const texts = applicationTexts.rollout;
const changeCause = "kubernetes.io/change-cause";

/** Revisions, what each of them changed, and what steers which of them runs. */
export default function RolloutTab() {
  const { application, isGone } = useOwn();
  const revisions = useOwnObjects(revisionsOf);
  const ordered = useMemo(() => inOrder(revisions), [revisions]);
  const asked = Number(useQuery("revision"));
  const current = ordered.find(({ metadata }) => metadata.name === application.status?.currentRevision);
  const chosen = ordered.find(({ spec }) => spec.revision === asked) ?? current ?? ordered.at(-1);
  return (
    <div className="application-scroll">
      {!isGone && <Steering application={application} revisions={ordered} />}
      {chosen === undefined ? (
        <p className="empty">{texts.none}</p>
      ) : (
        <div className="application-rollout">
          <section className="card application-section">
            <h2>{texts.title}</h2>
            <ul className="application-revisions">
              {ordered.toReversed().map((revision) => (
                <li key={revision.metadata.uid}>
                  <RevisionButton revision={revision} application={application} isChosen={revision === chosen} />
                </li>
              ))}
            </ul>
          </section>
          <RevisionView revision={chosen} revisions={ordered} current={current} />
        </div>
      )}
    </div>
  );
}

const tones: Readonly<Record<RevisionMark, string>> = { current: "good", reverted: "bad", pinned: "busy" };

interface RevisionButtonProps {
  readonly revision: ApplicationRevision;
  readonly application: Application;
  readonly isChosen: boolean;
}

function RevisionButton({ revision, application, isChosen }: RevisionButtonProps) {
  const { spec, metadata } = revision;
  return (
    <button type="button" aria-pressed={isChosen} onClick={() => setQuery({ revision: String(spec.revision) })}>
      <strong>{texts.revision(spec.revision)}</strong>
      {marksOf(revision, application).map((mark) => (
        <span key={mark} className={`application-badge application-badge-${tones[mark]}`}>
          {texts.marks[mark]}
        </span>
      ))}
      <span className="spacer" />
      <span className="quiet">
        <Age since={metadata.creationTimestamp} />
      </span>
      {metadata.annotations?.[changeCause] !== undefined && (
        <span className="application-cause quiet">{metadata.annotations[changeCause]}</span>
      )}
    </button>
  );
}

interface SteeringProps {
  readonly application: Application;
  readonly revisions: readonly ApplicationRevision[];
}

function Steering({ application, revisions }: SteeringProps) {
  const { paused, pinnedRevision } = application.spec;
  const before = earlierRevision(application, revisions);
  const to = revisions.find(({ spec }) => spec.revision === before);
  const isHeld = paused || pinnedRevision !== undefined;
  const may = useMay("patch", kinds.Application, application.metadata.namespace);
  return (
    <section className="application-steering">
      <p className={rolloutState(application).isFailed ? "tone-bad" : "quiet"}>{rolloutState(application).words}</p>
      {paused && <p className="tone-warn">{texts.paused}</p>}
      {pinnedRevision !== undefined && <p className="tone-warn">{texts.pinned(pinnedRevision)}</p>}
      {may && (
        <div className="application-buttons">
          <Button
            disabled={to === undefined}
            onClick={() => to !== undefined && confirm(undoTo(application, to, revisions))}
          >
            {texts.undo}
          </Button>
          {!paused && (
            <Button onClick={() => confirm(pauseRollout(application))}>
              <Icon name="pause" /> {texts.pause}
            </Button>
          )}
          {isHeld && (
            <Button onClick={() => confirm(resumeRollout(application))}>
              <Icon name="play" /> {texts.resume}
            </Button>
          )}
          <Button onClick={() => confirm(restartApplication(application))}>
            <Icon name="sync" /> {texts.restart}
          </Button>
        </div>
      )}
    </section>
  );
}
