import { useCallback } from "react";
import { findCondition, kinds, type Resource, type ResourcePool } from "../../api/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";
import { objectPage } from "../actions/links.ts";
import { Link } from "../app/router.tsx";
import { useKindState, useObjects, useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Facts } from "../ui/facts.tsx";
import { State } from "../ui/state.tsx";
import { poolFacts } from "./pool-facts.ts";
import { Quotas } from "./quotas.tsx";
import { StateBar } from "./state-bar.tsx";

/** Where machines come from, how many there are in which state, and what is lent to whom. */
export default function Page() {
  const pools = useObjects(kinds.ResourcePool);
  const { isSynced, problem } = useKindState(kinds.ResourcePool);
  return (
    <div className="operate-page">
      <header className="operate-bar">
        <h1>{texts.poolsTitle}</h1>
        <span className="quiet">{pools.length}</span>
      </header>
      {problem !== undefined && <ErrorNote error={problem} />}
      {isSynced && pools.length === 0 && (
        <p className="empty">
          {texts.noPools} <Link to="/setup">{texts.addMachines}</Link>
        </p>
      )}
      <ul className="cards">
        {pools.map((pool) => (
          <PoolCard key={pool.metadata.uid} pool={pool} />
        ))}
      </ul>
      <Loans />
      <Quotas />
    </div>
  );
}

function PoolCard({ pool }: { readonly pool: ResourcePool }) {
  const { name = "" } = pool.metadata;
  const { status } = pool;
  const states = useSelected(
    kinds.Resource,
    useCallback((machines: Objects<Resource>) => countStates(machines, name), [name]),
  );
  const stalled = findCondition(status?.conditions, "Stalled");
  return (
    <li className="card pool-card">
      <header>
        <h2>
          <Link to={objectPage(kinds.ResourcePool, { namespace: "", name })}>{name}</Link>
        </h2>
        <State state={status?.state} tone={status?.braked === true ? "bad" : undefined} />
        <span className="spacer" />
        <ActionMenu object={pool} kind={kinds.ResourcePool} isHead={false} />
      </header>
      <StateBar counts={states} to={(state) => `/objects/resources?text=${encodeURIComponent(`${name} ${state}`)}`} />
      {stalled?.status === "True" && <p className="note note-bad">{stalled.message}</p>}
      <Facts rows={poolFacts(pool)} />
    </li>
  );
}

function countStates(machines: Objects<Resource>, pool: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { spec, status } of machines.values()) {
    if (spec.poolName !== pool) continue;
    const state = status?.state ?? "Pending";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

function onLoan(machines: Objects<Resource>): readonly Resource[] {
  return [...machines.values()].filter(({ status }) => status?.loan !== undefined);
}

/** Machines that pools have lent each other, or were lent by a provider for a term. */
function Loans() {
  const machines = useSelected(kinds.Resource, onLoan);
  if (machines.length === 0) return null;
  return (
    <section>
      <h2>{texts.loans}</h2>
      <table className="table card">
        <thead>
          <tr>
            {[texts.machine, texts.poolsTitle, texts.state, texts.since, texts.loanUntil, texts.loanTerm].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {machines.map(({ metadata, spec, status }) => (
            <tr key={metadata.uid}>
              <td>
                <Link to={`/map?machine=${encodeURIComponent(metadata.name ?? "")}`}>{metadata.name}</Link>
              </td>
              <td>
                {spec.poolName} → {status?.loan?.pool}
              </td>
              <td>
                <State state={status?.loan?.ending ?? status?.state} />
              </td>
              <td>
                <Age since={status?.loan?.since} />
              </td>
              <td>{status?.loan && new Date(status.loan.until).toLocaleString()}</td>
              <td>{status?.loan?.term}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
