import { useEffect, useState } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { eachLimited } from "../../client/portable.ts";
import { Link, navigate, pathOf } from "../app/router.tsx";
import type { Session } from "../live/session.ts";
import { useSession } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { shownKinds } from "./shown-kinds.ts";

const groups = ["plush", "cluster", "views"] as const;

function groupOf({ group, viewOf }: KindInfo): (typeof groups)[number] {
  if (viewOf !== undefined) return "views";
  return group === "plush.dev" ? "plush" : "cluster";
}

/** Every kind with how many there are; a list where there is room for it. */
export function KindPicker({ current }: { readonly current: KindInfo }) {
  const counts = useCounts();
  return (
    <>
      <nav className="kind-list" aria-label={texts.kind}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{texts.kindsOf[group]}</h3>
            <ul>
              {shownKinds
                .filter((kind) => groupOf(kind) === group)
                .map((kind) => (
                  <li key={kind.plural}>
                    <Link to={pathOf("objects", kind.plural)} aria-current={kind === current ? "page" : undefined}>
                      <span>{kind.plural}</span>
                      <span className="quiet">{counts.get(kind.plural)}</span>
                    </Link>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </nav>
      <select
        className="input kind-select"
        aria-label={texts.kind}
        value={current.plural}
        onChange={(event) => navigate(pathOf("objects", event.target.value))}
      >
        {shownKinds.map(({ plural }) => (
          <option key={plural} value={plural}>
            {plural} {counts.get(plural) ?? ""}
          </option>
        ))}
      </select>
    </>
  );
}

/** Asked once, when the page is opened: following every kind for a number beside its name would cost too much. */
function useCounts(): ReadonlyMap<string, number> {
  const session = useSession();
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const leaving = new AbortController();
    count(session, leaving.signal).then(setCounts, () => undefined);
    return () => leaving.abort();
  }, [session]);
  return counts;
}

async function count({ api }: Session, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const counted = await eachLimited(shownKinds, 4, async (kind) => {
    const found = await api.list<KubeObject>(kind, { limit: 1, signal }).catch(() => undefined);
    const count = found && found.items.length + (found.metadata.remainingItemCount ?? 0);
    return count === undefined ? [] : [[kind.plural, count] as const];
  });
  return new Map(counted.flat());
}
