import { isDeleting } from "../../api/index.ts";
import { Link, pathOf } from "../app/router.tsx";
import { applicationTexts as texts } from "../texts/application.ts";
import { Age } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { State } from "../ui/state.tsx";
import { ApplicationActions } from "./application-actions.tsx";
import { rowOf } from "./application-rows.ts";
import { MembersBar } from "./members-bar.tsx";
import { useOwn } from "./own-objects.ts";

/** What stands over every part of an application. */
export function Head() {
  const { application, key, isGone } = useOwn();
  const { state, ready, wanted, isStalled, words } = rowOf(application);
  return (
    <header className="application-head">
      <div className="application-head-line">
        <h1>
          {key.name} <span className="quiet">{key.namespace}</span>
        </h1>
        <State state={state} {...(isStalled && { tone: "bad" as const })} />
        <MembersBar ready={ready} wanted={wanted} />
        <Age since={application.metadata.creationTimestamp} />
        <span className="spacer" />
        <Link to={pathOf("build", key.namespace, key.name)} className="button">
          <Icon name="build" /> {texts.edit}
        </Link>
        {!isGone && <ApplicationActions application={application} />}
      </div>
      {words !== "" && !isGone && (
        <p className={isStalled ? "tone-bad" : "quiet"}>
          {!isStalled && `${texts.overview.waits}: `}
          {words}
        </p>
      )}
      {isGone && (
        <p className="note" role="status">
          <Icon name="trash" /> {texts.deleted}
        </p>
      )}
      {!isGone && isDeleting(application) && (
        <p className="note" role="status">
          <Icon name="trash" /> {texts.deleting}
        </p>
      )}
    </header>
  );
}
