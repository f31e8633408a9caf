import { findCondition, type GitSync, keyOf, kindByName, kinds } from "../../api/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";
import { bestPage, objectPage } from "../actions/links.ts";
import { Link } from "../app/router.tsx";
import { useNamespace } from "../live/namespace.ts";
import { useKindState, useObjects } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { CommandLine } from "../ui/command-line.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Facts } from "../ui/facts.tsx";
import { State } from "../ui/state.tsx";
import type { Tone } from "../ui/tone.ts";

/** Which repositories the server follows, and how far it has come. */
export default function Page() {
  const namespace = useNamespace();
  const all = useObjects(kinds.GitSync);
  const { isSynced, problem } = useKindState(kinds.GitSync);
  const syncs = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  return (
    <div className="operate-page">
      <header className="operate-bar">
        <h1>{texts.syncsTitle}</h1>
        <span className="quiet">{syncs.length}</span>
      </header>
      {problem !== undefined && <ErrorNote error={problem} />}
      {isSynced && syncs.length === 0 && (
        <div className="empty">
          <p>{texts.noSyncs}</p>
          <p>{texts.noSyncsHow}</p>
          <CommandLine argv={["create", "sync", "site", "--url", "https://host/team/site.git"]} />
        </div>
      )}
      <ul className="cards">
        {syncs.map((sync) => (
          <SyncCard key={sync.metadata.uid} sync={sync} />
        ))}
      </ul>
    </div>
  );
}

function SyncCard({ sync }: { readonly sync: GitSync }) {
  const { spec, status } = sync;
  const ready = findCondition(status?.conditions, "Ready");
  const tone: Tone = spec.suspend
    ? "idle"
    : ready?.status === "True"
      ? "good"
      : ready?.status === "False"
        ? "bad"
        : "busy";
  const applied = status?.applied;
  return (
    <li className="card sync-card">
      <header>
        <h2>
          <Link to={objectPage(kinds.GitSync, keyOf(sync))}>{sync.metadata.name}</Link>
        </h2>
        <State state={spec.suspend ? texts.suspended : (ready?.reason ?? "")} tone={tone} />
        <span className="spacer" />
        <ActionMenu object={sync} kind={kinds.GitSync} />
      </header>
      {ready?.status === "False" && <pre className="note note-bad">{ready.message}</pre>}
      <Facts
        rows={[
          ["URL", <code key="url">{spec.url}</code>],
          [texts.path, spec.path === "." ? "" : spec.path],
          [texts.revision, status?.revision === undefined ? "" : <code key="revision">{status.revision}</code>],
          [
            texts.applied,
            applied === undefined ? (
              texts.nothingApplied
            ) : (
              <span key="applied">
                <code>{applied.revision}</code> {texts.appliedObjects(applied.objects)},{" "}
                <Age since={applied.at} isAgo />
              </span>
            ),
          ],
          [texts.drift[spec.drift], texts.interval(spec.interval)],
        ]}
      />
      <Inventory sync={sync} />
    </li>
  );
}

function Inventory({ sync }: { readonly sync: GitSync }) {
  const objects = sync.status?.inventory ?? [];
  if (objects.length === 0) return null;
  return (
    <details>
      <summary>
        {texts.inventory} <span className="quiet">{objects.length}</span>
      </summary>
      <ul className="chips">
        {objects.map(({ apiVersion, kind: name, namespace = "", name: object }) => {
          const kind = kindByName(apiVersion, name);
          const text = `${name.toLowerCase()}/${object}`;
          return (
            <li key={`${text} ${namespace}`}>
              {kind === undefined ? (
                text
              ) : (
                <Link className="chip" to={bestPage(kind, { namespace, name: object })}>
                  {text}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
