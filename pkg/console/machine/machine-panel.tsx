import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { kinds, type Resource } from "../../api/index.ts";
import { Link, pathOf, setQuery, useQuery } from "../app/router.tsx";
import { useMay } from "../live/use-may.ts";
import { useKindState, useObject, useWorld } from "../live/use-world.ts";
import { machineTexts as texts } from "../texts/machine.ts";
import { Icon } from "../ui/icon.tsx";
import { State } from "../ui/state.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { EventsTab } from "./events-tab.tsx";
import { MachineActions } from "./machine-actions.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { ProcessesTab } from "./processes-tab.tsx";

const LogsTab = lazy(() => import("./logs-tab.tsx"));
const TerminalTab = lazy(() => import("./terminal-tab.tsx"));

const tabs = ["overview", "processes", "events", "logs", "terminal"] as const;
type Tab = (typeof tabs)[number];

const close = (): void => setQuery({ machine: undefined, tab: undefined, process: undefined });

/** One machine: how it is and why, what runs on it, what happened, and a terminal on it. The address says which tab. */
export function MachinePanel({ name }: { readonly name: string }) {
  const machine = useObject(kinds.Resource, { namespace: "", name });
  const { isSynced } = useKindState(kinds.Resource);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // In a terminal and in a search box Escape means something else.
      const isTyping = event.target instanceof Element && event.target.closest("input, textarea, dialog") !== null;
      if (event.key === "Escape" && !isTyping) close();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <aside className="machine-panel" aria-label={texts.panel(name)}>
      <header>
        <h2 title={name}>{name}</h2>
        <Link
          to={pathOf("objects", "resources", "-", name)}
          className="icon-button"
          aria-label={texts.object}
          title={texts.object}
        >
          <Icon name="objects" />
        </Link>
        <button type="button" className="icon-button" aria-label={texts.close} title={texts.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {machine === undefined ? (
        isSynced && <p className="empty">{texts.gone(name)}</p>
      ) : (
        <Content name={name} machine={machine} />
      )}
    </aside>
  );
}

function Content({ name, machine }: { readonly name: string; readonly machine: Resource }) {
  const asked = useQuery("tab");
  const mayEnter = useMay("create", kinds.Resource, undefined, { subresource: "exec", name });
  // Logs and shells are of now: there are none of the past.
  const { isPast } = useWorld();
  const offered = tabs.filter((one) => (one === "terminal" ? mayEnter && !isPast : one !== "logs" || !isPast));
  const tab = offered.find((one) => one === asked) ?? "overview";
  const show = (next: Tab): void => setQuery({ tab: next === "overview" ? undefined : next });
  return (
    <>
      <div className="machine-head">
        <State state={machine.status?.state ?? "Pending"} />
        {machine.spec.unschedulable === true && <span className="machine-badge">{texts.cordoned}</span>}
        <MachineActions machine={machine} />
      </div>
      <Tabs tabs={offered} texts={texts.tabs} current={tab} onShow={show} label={texts.panel(name)}>
        <Suspense fallback={<div className="loading" />}>{contentOf(tab, name, machine)}</Suspense>
      </Tabs>
    </>
  );
}

function contentOf(tab: Tab, name: string, machine: Resource): ReactNode {
  switch (tab) {
    case "overview":
      return <OverviewTab machine={machine} />;
    case "processes":
      return <ProcessesTab machine={name} />;
    case "events":
      return <EventsTab machine={name} />;
    case "logs":
      return <LogsTab machine={name} />;
    case "terminal":
      return <TerminalTab machine={name} />;
  }
}
