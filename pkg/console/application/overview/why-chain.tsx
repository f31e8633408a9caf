import { useCallback, useEffect, useState } from "react";
import { type KubeObject, kinds, type Process, stateOf } from "../../../api/index.ts";
import { objectPath, readBody, send, withQuery } from "../../../client/portable.ts";
import { type Cause, causesOf, isWell } from "../../../why/index.ts";
import { groupsIn } from "../../live/groups.ts";
import { useSession, useWorld } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { State } from "../../ui/state.tsx";
import { claimsOf, componentsOf, phasesOf, processesOf } from "../groupings.ts";
import { ansiSpans } from "../logs/ansi.ts";
import { LogText } from "../logs/log-text.tsx";
import { ObjectLink } from "../object-link.tsx";
import { useOwn } from "../own-objects.ts";
import { useAtMost } from "../use-at-most.ts";

const texts = applicationTexts.why;
/** Of the log of a process that is the root of it. */
const logLines = 10;
const periodMs = 500;
const followed = [kinds.Application, kinds.Software, kinds.Resource, kinds.ResourcePool] as const;

/** The chain of causes from the application to the root of its trouble. */
export function WhyChain() {
  const chain = useCauses();
  const root = chain.at(-1)?.object;
  return (
    <section className="card application-section application-why" aria-label={texts.title}>
      <h2>{texts.title}</h2>
      <p className="quiet">{texts.hint}</p>
      <ol>
        {chain.map(({ object, words }) => (
          <li key={`${object.kind}/${object.metadata.name}`}>
            <div className="application-why-head">
              <ObjectLink object={object} />
              <State state={stateOf(object) || undefined} {...(isWell(object) ? {} : { tone: "bad" as const })} />
            </div>
            <p className="application-words">{words}</p>
          </li>
        ))}
      </ol>
      {root?.kind === kinds.Process.kind && !isWell(root) && <LastLines process={root as Process} />}
    </section>
  );
}

function useCauses(): readonly Cause[] {
  const world = useWorld();
  const { application, id } = useOwn();
  const subscribe = useCallback(
    (wake: () => void) => {
      const leave = [
        ...followed.map((kind) => world.subscribe<KubeObject>(kind, wake)),
        groupsIn(world, componentsOf).subscribe(id, wake),
        groupsIn(world, claimsOf).subscribe(id, wake),
        groupsIn(world, phasesOf).subscribe(id, wake),
        groupsIn(world, processesOf).subscribe(id, wake),
      ];
      return () => {
        for (const each of leave) each();
      };
    },
    [world, id],
  );
  const read = (): readonly Cause[] => {
    const { namespace } = application.metadata;
    const software = [...world.view(kinds.Software).objects.values()];
    return causesOf(
      { ...application, kind: kinds.Application.kind },
      {
        components: groupsIn(world, componentsOf).members(id),
        claims: groupsIn(world, claimsOf).members(id),
        phases: groupsIn(world, phasesOf).members(id),
        processes: groupsIn(world, processesOf).members(id),
        software: software.filter(({ metadata }) => metadata.namespace === namespace),
        resources: [...world.view(kinds.Resource).objects.values()],
        pools: [...world.view(kinds.ResourcePool).objects.values()],
      },
    );
  };
  return useAtMost(periodMs, subscribe, read, isSameChain);
}

function isSameChain(a: readonly Cause[], b: readonly Cause[]): boolean {
  const text = (chain: readonly Cause[]): string =>
    chain
      .map(({ object, words }) => [object.kind, object.metadata.name, stateOf(object), words].join("\n"))
      .join("\n\n");
  return a === b || text(a) === text(b);
}

function LastLines({ process }: { readonly process: Process }) {
  const { transport } = useSession();
  const [lines, setLines] = useState<readonly string[]>();
  const { namespace = "", name = "" } = process.metadata;
  const run = `${process.status?.restarts ?? 0} ${process.status?.startedAt ?? ""}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run has another log
  useEffect(() => {
    const asking = new AbortController();
    const path = withQuery(objectPath(kinds.Process, { namespace, name }, "log"), { tailLines: logLines });
    send(transport, { method: "GET", path, headers: { accept: "*/*" }, signal: asking.signal })
      .then(({ body }) => readBody(body))
      .then(
        (text) => setLines(text.trimEnd().split("\n").filter(Boolean)),
        () => setLines(undefined),
      );
    return () => asking.abort();
  }, [transport, namespace, name, run]);
  return (
    <figure className="application-last-lines">
      <figcaption className="quiet">{texts.lastLines}</figcaption>
      {lines === undefined && <p className="quiet">{texts.noLog}</p>}
      {lines?.length === 0 && <p className="quiet">{texts.emptyLog}</p>}
      <pre>
        {lines?.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
          <div key={index}>
            <LogText spans={ansiSpans(line)} ranges={[]} />
          </div>
        ))}
      </pre>
    </figure>
  );
}
