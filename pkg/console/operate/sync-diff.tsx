import { useEffect, useState } from "react";
import { type GitSync, keyOf, kinds } from "../../api/index.ts";
import type { SyncDiff as Diff, PlannedObject } from "../../protocol/index.ts";
import { namespaceWords } from "../actions/target.ts";
import { useSession } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { uiTexts } from "../texts/ui.ts";
import { CommandLine } from "../ui/command-line.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Shape } from "../ui/state.tsx";
import type { Tone } from "../ui/tone.ts";

/** What the newest commit of a repository would change. */
export default function SyncDiff({ sync }: { readonly sync: GitSync }) {
  const { api } = useSession();
  const [diff, setDiff] = useState<Diff>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const asking = new AbortController();
    api.post(kinds.GitSync, keyOf(sync), "diff", {}, { signal: asking.signal }).then(
      // The server's word is trusted, as for all objects.
      (answer) => setDiff(answer as Diff),
      (error: unknown) => !asking.signal.aborted && setProblem(error),
    );
    return () => asking.abort();
  }, [api, sync]);
  return (
    <div className="confirm">
      {problem !== undefined && <ErrorNote error={problem} />}
      {diff === undefined ? (
        problem === undefined && <p className="quiet">{uiTexts.looking}</p>
      ) : (
        <Answer diff={diff} />
      )}
      <section>
        <h3>{uiTexts.sameByCommand}</h3>
        <CommandLine argv={["sync", "diff", sync.metadata.name ?? "", ...namespaceWords(sync)]} />
      </section>
    </div>
  );
}

const tones: Readonly<Record<PlannedObject["action"], Tone>> = {
  ...{ Create: "good", Update: "warn", Unchanged: "idle", Refused: "bad" },
};

function Answer({ diff }: { readonly diff: Diff }) {
  const { revision = "", applied, objects, prune, kept, fault } = diff;
  if (fault !== undefined)
    return (
      <p className="note note-bad">
        {fault.reason}: {fault.message}
      </p>
    );
  const changed = objects.filter(({ action }) => action !== "Unchanged");
  if (changed.length + prune.length === 0) return <p>{texts.diffNothing(revision)}</p>;
  return (
    <>
      <p className="quiet">{texts.diffOf(revision, applied ?? texts.nothingApplied)}</p>
      <ul className="diff">
        {changed.map((object) => (
          <li key={`${object.kind} ${object.namespace} ${object.name}`}>
            <Shape tone={tones[object.action]} />{" "}
            <strong>
              {object.kind.toLowerCase()}/{object.name}
            </strong>
            <Fields object={object} />
          </li>
        ))}
        {prune.map(({ kind, namespace, name }) => (
          <li key={`- ${kind} ${namespace} ${name}`}>
            <Shape tone="bad" /> {texts.pruned(`${kind.toLowerCase()}/${name}`)}
          </li>
        ))}
        {kept.map((why) => (
          <li key={why}>
            <Shape tone="idle" /> {texts.staysBecause(why)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Fields({ object: { fields = [], faults = [] } }: { readonly object: PlannedObject }) {
  return (
    <ul>
      {fields.map(({ path, from, to }) => (
        <li key={path}>
          <code>
            {path}: {from !== undefined && <del>{JSON.stringify(from)}</del>}{" "}
            {to !== undefined && <ins>{JSON.stringify(to)}</ins>}
          </code>
        </li>
      ))}
      {faults.map(({ field = "", message }) => (
        <li key={`${field} ${message}`}>
          <code>{field}</code> {message}
        </li>
      ))}
    </ul>
  );
}
