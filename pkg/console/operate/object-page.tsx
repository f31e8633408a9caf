import { lazy, Suspense, useEffect, useRef } from "react";
import type { KindInfo, KubeObject, ObjectKey } from "../../api/index.ts";
import { dig, text } from "../../merge/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";
import type { PageProps } from "../app/page-props.ts";
import { Link, pathOf, setQuery, useQuery } from "../app/router.tsx";
import { useKindState, useObject } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { ErrorNote } from "../ui/error-note.tsx";
import { State } from "../ui/state.tsx";
import { ObjectEvents } from "./object-events.tsx";
import { ObjectOverview } from "./object-overview.tsx";
import { kindOfPlural } from "./shown-kinds.ts";
import { StreamLinks } from "./stream-links.tsx";

// What writes and edits YAML is larger than all the rest of the page.
const ObjectYaml = lazy(() => import("./object-yaml.tsx"));
const ObjectEditor = lazy(() => import("./object-editor.tsx"));

export default function Page({ plural = "", namespace = "", name = "" }: PageProps) {
  const kind = kindOfPlural(plural);
  if (kind === undefined) return <p className="empty">{texts.noSuchKind(plural)}</p>;
  return <FollowedObject kind={kind} place={{ namespace: namespace === "-" ? "" : namespace, name }} />;
}

/** What is deleted while it is looked at stays to be seen. */
function FollowedObject({ kind, place }: { readonly kind: KindInfo; readonly place: ObjectKey }) {
  const live = useObject(kind, place);
  const { isSynced, problem } = useKindState(kind);
  const last = useRef<KubeObject>(undefined);
  useEffect(() => {
    if (live !== undefined) last.current = live;
  }, [live]);
  const object = live ?? last.current;
  if (object !== undefined) return <ObjectView kind={kind} object={object} isGone={live === undefined && isSynced} />;
  if (problem !== undefined) return <ErrorNote error={problem} />;
  return <p className="empty">{isSynced ? texts.noSuchObject(`${kind.singular} ${place.name}`) : texts.loading}</p>;
}

const tabs = ["overview", "yaml", "events"] as const;

interface ObjectViewProps {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly isGone: boolean;
}

function ObjectView({ kind, object, isGone }: ObjectViewProps) {
  const asked = useQuery("tab");
  const isEditing = useQuery("edit") !== undefined && !isGone;
  const tab = tabs.find((known) => known === asked) ?? "overview";
  const { name = "", namespace, deletionTimestamp } = object.metadata;
  const state = text(dig(object, "status", "state"));
  return (
    <article className="operate-page">
      <header className="object-head">
        <p className="quiet">
          <Link to={pathOf("objects", kind.plural)}>{kind.plural}</Link>
          {namespace !== undefined && ` / ${namespace}`}
        </p>
        <h1>{name}</h1>
        {state !== "" && <State state={state} />}
        <span className="spacer" />
        {!isGone && <StreamLinks kind={kind} object={object} />}
        {!isGone && <ActionMenu object={object} kind={kind} isHead />}
      </header>
      {isGone && (
        <p className="note note-bad" role="alert">
          {texts.deleted}
        </p>
      )}
      {!isGone && deletionTimestamp !== undefined && <p className="note">{texts.beingDeleted}</p>}
      <nav className="operate-tabs" aria-label={name}>
        {tabs.map((id) => (
          <button
            key={id}
            type="button"
            aria-current={id === tab ? "page" : undefined}
            onClick={() => setQuery({ tab: id === "overview" ? undefined : id, edit: undefined })}
          >
            {texts[id]}
          </button>
        ))}
      </nav>
      <Suspense fallback={<p className="empty">{texts.loading}</p>}>
        {isEditing ? (
          <ObjectEditor kind={kind} object={object} onEnd={() => setQuery({ edit: undefined })} />
        ) : (
          <TabContent tab={tab} kind={kind} object={object} />
        )}
      </Suspense>
    </article>
  );
}

function TabContent({ tab, kind, object }: Omit<ObjectViewProps, "isGone"> & { readonly tab: (typeof tabs)[number] }) {
  switch (tab) {
    case "overview":
      return <ObjectOverview kind={kind} object={object} />;
    case "yaml":
      return <ObjectYaml object={object} />;
    case "events":
      return <ObjectEvents object={object} />;
  }
}
