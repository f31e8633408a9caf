import { type ComponentType, type LazyExoticComponent, lazy, Suspense, useEffect, useMemo } from "react";
import { kinds } from "../../api/index.ts";
import type { PageProps } from "../app/page-props.ts";
import { Link, pathOf } from "../app/router.tsx";
import { useKindState, useObject, useWorld } from "../live/use-world.ts";
import { applicationTexts as texts } from "../texts/application.ts";
import { shellTexts } from "../texts/shell.ts";
import { ErrorNote } from "../ui/error-note.tsx";
import { Head } from "./head.tsx";
import { memoryOf } from "./memory.ts";
import { type OwnApplication, OwnProvider } from "./own-objects.ts";

type TabName = keyof typeof texts.tabs;
type Tab = LazyExoticComponent<ComponentType>;

const tabs: Readonly<Record<TabName, Tab>> = {
  overview: lazy(() => import("./overview/overview-tab.tsx")),
  phases: lazy(() => import("./phases/phases-tab.tsx")),
  members: lazy(() => import("./members/members-tab.tsx")),
  rollout: lazy(() => import("./rollout/rollout-tab.tsx")),
  recovery: lazy(() => import("./recovery/recovery-tab.tsx")),
  logs: lazy(() => import("./logs/logs-tab.tsx")),
  objects: lazy(() => import("./objects/objects-tab.tsx")),
};

/** One application, a part at a time. */
export default function ApplicationPage({ namespace = "", name = "", tab = "overview" }: PageProps) {
  const own = useApplication(namespace, name);
  const { isSynced, problem } = useKindState(kinds.Application);
  if (own === undefined) {
    if (problem !== undefined) return <ErrorNote error={problem} />;
    return isSynced ? <p className="empty">{texts.notThere(namespace, name)}</p> : <Loading />;
  }
  const Shown = isTab(tab) ? tabs[tab] : undefined;
  return (
    <OwnProvider value={own}>
      <div className="application-page">
        <Head />
        <nav className="application-tabs" aria-label={texts.tabList}>
          {Object.entries(texts.tabs).map(([each, text]) => (
            <Link
              key={each}
              to={pathOf("applications", namespace, name, ...(each === "overview" ? [] : [each]))}
              aria-current={each === tab ? "page" : undefined}
            >
              {text}
            </Link>
          ))}
        </nav>
        <Suspense fallback={<Loading />}>
          {Shown === undefined ? <p className="empty">{texts.noSuchTab(tab)}</p> : <Shown />}
        </Suspense>
      </div>
    </OwnProvider>
  );
}

function isTab(name: string): name is TabName {
  return Object.hasOwn(tabs, name);
}

function Loading() {
  return <div className="loading" role="status" aria-label={shellTexts.loading} />;
}

/** What is known of an application, also after it is gone; undefined where it was never there. */
function useApplication(namespace: string, name: string): OwnApplication | undefined {
  const world = useWorld();
  const id = `${namespace}/${name}`;
  const memory = memoryOf(world, id);
  const now = useObject(
    kinds.Application,
    useMemo(() => ({ namespace, name }), [namespace, name]),
  );
  memory.see(now);
  useEffect(() => memory.follow(), [memory]);
  const application = now ?? memory.last;
  return useMemo(
    () => application && { key: { namespace, name }, id, application, isGone: now === undefined, memory },
    [namespace, name, id, application, now, memory],
  );
}
