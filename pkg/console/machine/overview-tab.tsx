import type { ReactNode } from "react";
import { formatCpu, labels, machineAttribute, type Resource } from "../../api/index.ts";
import { Link, pathOf, setQuery } from "../app/router.tsx";
import { bytesText } from "../map/detail.ts";
import { machineOf } from "../map/machine.ts";
import { machineTexts as texts } from "../texts/machine.ts";
import { Age } from "../ui/age.tsx";
import { Conditions } from "../ui/conditions.tsx";
import { attributeTexts } from "./attribute-text.ts";

/** How a machine is and why, where it is, what it has and what is placed on it. */
export function OverviewTab({ machine }: { readonly machine: Resource }) {
  const conditions = machine.status?.conditions ?? [];
  return (
    <div className="machine-overview">
      <Why machine={machine} />
      <Facts machine={machine} />
      <Work machine={machine} />
      {conditions.length > 0 && (
        <section>
          <h3>{texts.conditions}</h3>
          <Conditions conditions={conditions} />
        </section>
      )}
      <Attributes machine={machine} />
      <Labels machine={machine} />
    </div>
  );
}

/** What the state rests on: evidence of a loss, a quarantine, the step that is under way. */
function Why({ machine: { status } }: { readonly machine: Resource }) {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const told = [
    status?.step,
    ready !== undefined && ready.status !== "True" ? ready.message : undefined,
    status?.evidence,
    status?.quarantine?.reason,
  ].filter((text, index, all) => text !== undefined && text !== "" && all.indexOf(text) === index);
  if (told.length === 0) return null;
  return (
    <div className={status?.verdict === undefined ? "note" : "note note-bad"}>
      <ul>
        {told.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function Facts({ machine }: { readonly machine: Resource }) {
  const { spec, status, metadata } = machine;
  const site = machineAttribute(machine)("site");
  const { location } = spec;
  const nearest = status?.roundTrips?.[0];
  const loan = status?.loan;
  return (
    <dl className="machine-facts">
      <Fact title={texts.pool}>
        {loan === undefined ? spec.poolName : `${loan.pool} · ${texts.lentBy(spec.poolName ?? "")}`}
      </Fact>
      <Fact title={texts.site}>{site}</Fact>
      <Fact title={texts.address}>
        <code>{spec.port === undefined || spec.port === 22 ? spec.address : `${spec.address}:${spec.port}`}</code>
      </Fact>
      <Fact title={texts.location}>{location && `${location.latitude}, ${location.longitude}`}</Fact>
      <Fact title={texts.agent}>
        {status?.agent?.version && texts.agentText(status.agent.version, status.agent.nodeVersion)}
      </Fact>
      <Fact title={texts.reachedThrough}>{status?.tree && <Through {...status.tree} />}</Fact>
      <Fact title={texts.nearest}>
        {nearest && (
          <>
            {texts.nearestText(nearest.ms)}
            <MachineLink name={nearest.resource} />
          </>
        )}
      </Fact>
      <Fact title={texts.network}>{status?.coordinates?.summary}</Fact>
      <Fact title={texts.age}>
        <Age since={metadata.creationTimestamp} />
      </Fact>
      <Fact title={texts.verdict}>{status?.verdict}</Fact>
    </dl>
  );
}

/** Nothing where there is nothing to tell. */
function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  if (children === undefined || children === "" || children === null) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Through({ parent, depth }: { readonly parent?: string; readonly depth: number }) {
  return (
    <>
      {parent === undefined ? texts.directly : <MachineLink name={parent} />} · {texts.depth(depth)}
    </>
  );
}

function MachineLink({ name }: { readonly name: string }) {
  return (
    <button type="button" className="link" onClick={() => setQuery({ machine: name })}>
      {name}
    </button>
  );
}

function Work({ machine }: { readonly machine: Resource }) {
  const { allocations = [], residue = [] } = machine.status ?? {};
  const { millis, takenMillis, bytes, takenBytes } = machineOf(machine).room;
  const freeMillis = Math.max(0, millis - takenMillis);
  const freeBytes = Math.max(0, bytes - takenBytes);
  return (
    <section>
      <h3>{texts.work}</h3>
      {allocations.length === 0 && <p className="quiet">{texts.noWork}</p>}
      <ul className="machine-list">
        {allocations.map(({ claimUid, claimName, namespace, application, component, epoch }) => (
          <li key={claimUid}>
            {application === undefined ? (
              <Link to={pathOf("objects", "claims", namespace, claimName)}>{claimName}</Link>
            ) : (
              <Link to={pathOf("applications", namespace, application)}>{`${namespace}/${application}`}</Link>
            )}
            <span className="quiet">
              {component} · {claimName} · {texts.epoch(epoch)}
            </span>
          </li>
        ))}
        {residue.map(({ claimUid, claimName, reason, since }) => (
          <li key={`${claimUid} residue`}>
            <span>{texts.residue}</span>
            <span className="quiet">
              {texts.residueText(claimName, reason)} · <Age since={since} isAgo />
            </span>
          </li>
        ))}
      </ul>
      {millis > 0 && (
        <p className="quiet">
          {texts.free}: {texts.cores} {texts.freeText(formatCpu(freeMillis), formatCpu(millis))}, {texts.memory}{" "}
          {texts.freeText(bytesText(freeBytes), bytesText(bytes))}
        </p>
      )}
    </section>
  );
}

function Attributes({ machine: { status } }: { readonly machine: Resource }) {
  const found = attributeTexts(status?.attributes ?? {});
  if (found.length === 0) return null;
  return (
    <section>
      <h3>
        {texts.attributes}{" "}
        {status?.measuredAt !== undefined && (
          <span className="quiet">
            · {texts.measured} <Age since={status.measuredAt} isAgo />
          </span>
        )}
      </h3>
      <dl className="machine-attributes">
        {found.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={text}>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Labels({ machine: { spec, metadata } }: { readonly machine: Resource }) {
  const all = Object.entries({ ...metadata.labels, ...spec.labels }).filter(([key]) => key !== labels.pool);
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{texts.labels}</h3>
      <p className="machine-labels">
        {all.map(([key, value]) => (
          <code key={key}>{`${key}=${value}`}</code>
        ))}
      </p>
    </section>
  );
}
