import { Link, pathOf, setQuery } from "../app/router.tsx";
import { useGroup } from "../live/use-world.ts";
import { machineTexts as texts } from "../texts/machine.ts";
import { Age } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { State } from "../ui/state.tsx";
import { byName, processesByMachine } from "./processes-of.ts";

/** The processes of a machine: how they are, and on to their logs. */
export function ProcessesTab({ machine }: { readonly machine: string }) {
  const processes = byName(useGroup(processesByMachine, machine));
  if (processes.length === 0) return <p className="empty">{texts.noProcesses}</p>;
  return (
    <ul className="machine-list">
      {processes.map(({ metadata: { namespace = "", name = "" }, spec, status }) => (
        <li key={`${namespace}/${name}`}>
          <div className="machine-process">
            <State state={status?.state ?? "Pending"} />
            <Link to={pathOf("objects", "processes", namespace, name)}>{name}</Link>
            <button
              type="button"
              className="icon-button"
              aria-label={texts.logOf(name)}
              title={texts.logOf(name)}
              onClick={() => setQuery({ tab: "logs", process: `${namespace}/${name}` })}
            >
              <Icon name="file" />
            </button>
          </div>
          <span className="quiet">
            {spec.applicationName !== undefined && (
              <>
                <Link to={pathOf("applications", namespace, spec.applicationName)}>
                  {`${namespace}/${spec.applicationName}`}
                </Link>
                {" · "}
              </>
            )}
            {texts.restarts}: {status?.restarts ?? 0}
            {status?.startedAt !== undefined && (
              <>
                {" · "}
                <Age since={status.startedAt} isAgo />
              </>
            )}
          </span>
          {status?.message !== undefined && status.message !== "" && <p className="quiet">{status.message}</p>}
        </li>
      ))}
    </ul>
  );
}
