import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { kinds, type Resource } from "../../api/index.ts";
import { dig, list } from "../../merge/index.ts";
import { useSelected, useSession } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import type { Fit } from "../map/machine-map.tsx";
import { builderTexts } from "../texts/builder.ts";
import { Shape } from "../ui/state.tsx";
import type { ParsedDocument } from "./document.ts";
import { askMatch, type Match } from "./match.ts";
import { bySite } from "./sites.ts";

const texts = builderTexts.match;
const MachineMap = lazy(() => import("../map/machine-map.tsx").then((map) => ({ default: map.MachineMap })));

interface MatchViewProps {
  /** An application. */
  readonly document: ParsedDocument;
  /** Which of its components. */
  readonly index: number;
  readonly namespace: string;
}

/** How many machines would do for a component, where they stand, and why the others will not. */
export function MatchView({ document, index, namespace }: MatchViewProps) {
  const { match, isBusy, failure } = useMatch({ document, index, namespace });
  return (
    <section className="builder-match" aria-busy={isBusy} aria-live="polite">
      <h3>{texts.title}</h3>
      {match === undefined && failure === undefined && <p className="quiet">{texts.asking}</p>}
      {failure !== undefined && <p className="quiet">{texts.failed(failure)}</p>}
      {match !== undefined && <Answer match={match} />}
    </section>
  );
}

function Answer({ match }: { readonly match: Match }) {
  const all = match.good.size + match.refused.size;
  const reasons = match.reasons.map(({ words, count }) => texts.reason(count, words)).join(", ");
  return (
    <>
      <p>
        <Shape tone={match.good.size > 0 ? "good" : "bad"} /> {texts.count(match.good.size, all)}
        {reasons !== "" && <span className="quiet">; {texts.refused(reasons)}</span>}
      </p>
      {match.good.size === 0 && reasons === "" && <p className="quiet">{match.message}</p>}
      {all > 0 && <FitMap match={match} />}
      <SiteList match={match} />
    </>
  );
}

/** The map with those that would do marked. */
function FitMap({ match }: { readonly match: Match }) {
  const highlight = useMemo(
    () =>
      new Map<string, Fit>([
        ...[...match.good].map(([name, penalty]) => [name, { penalty }] as const),
        ...[...match.refused].map(([name, reason]) => [name, { reason }] as const),
      ]),
    [match],
  );
  return (
    <div className="builder-match-map">
      <Suspense fallback={null}>
        <MachineMap highlight={highlight} isSmall />
      </Suspense>
    </div>
  );
}

const labelsOf = (objects: Objects<Resource>): ReadonlyMap<string, Resource> =>
  new Map([...objects.values()].map((one) => [one.metadata.name ?? "", one]));
const isSameCount = (a: ReadonlyMap<string, Resource>, b: ReadonlyMap<string, Resource>): boolean =>
  a.size === b.size && [...a.keys()].every((name) => b.has(name));

/** Machines by site: a dot each where they are few, counts where they are many. */
function SiteList({ match }: { readonly match: Match }) {
  const machines = useSelected(kinds.Resource, useCallback(labelsOf, []), isSameCount);
  const sites = useMemo(() => bySite(match, machines), [match, machines]);
  return (
    <ul className="builder-sites">
      {sites.map(({ site, members }) => {
        const good = members.filter(({ isGood }) => isGood).length;
        return (
          <li key={site}>
            <span>{texts.site(site || texts.otherSites, good, members.length)}</span>
            <span className="builder-dots">
              {members.slice(0, 60).map(({ name, isGood, why }) => (
                <span
                  key={name}
                  role="img"
                  aria-label={texts.machine(name, isGood)}
                  title={why === undefined ? name : `${name}: ${why}`}
                >
                  <Shape tone={isGood ? "good" : "idle"} />
                </span>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface Asked {
  readonly match: Match | undefined;
  readonly isBusy: boolean;
  readonly failure: string | undefined;
}

/** So long after the last change the server is asked. */
const pauseMs = 400;

function useMatch({ document, index, namespace }: MatchViewProps): Asked {
  const session = useSession();
  const [asked, setAsked] = useState<Asked>({ match: undefined, isBusy: true, failure: undefined });
  const components = list(dig(document.value, "spec", "components"));
  // Anew where requirements changed, and not with each other letter.
  const question = JSON.stringify([components, index, namespace]);
  useEffect(() => {
    const [own, at, where] = JSON.parse(question) as [unknown[], number, string];
    const name = String(dig(own[at], "name") ?? "");
    const asking = new AbortController();
    const ask = async (): Promise<void> => {
      setAsked((before) => ({ ...before, isBusy: true }));
      try {
        const match = await askMatch(
          session,
          { value: { spec: { components: own } }, namespace: where },
          name,
          asking.signal,
        );
        if (!asking.signal.aborted) setAsked({ match, isBusy: false, failure: undefined });
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        if (!asking.signal.aborted) setAsked({ match: undefined, isBusy: false, failure });
      }
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [session, question]);
  return asked;
}
