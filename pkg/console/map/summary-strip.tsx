import { useMemo } from "react";
import { type Claim, kinds } from "../../api/index.ts";
import { useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { mapTexts as texts } from "../texts/map.ts";
import { Shape } from "../ui/state.tsx";
import { toneOf } from "../ui/tone.ts";
import { bytesText } from "./detail.ts";
import type { Machine } from "./machine.ts";
import type { MachineStore } from "./machine-store.ts";
import { type Summary, summaryOf } from "./summary.ts";
import { useMachineVersion } from "./use-machines.ts";

export interface SummaryStripProps {
  readonly store: MachineStore;
  readonly pool: string | undefined;
  readonly onPool: (pool: string | undefined) => void;
}

/** How all machines are, at a glance, and each pool; a pool that is pressed is shown alone. */
export function SummaryStrip({ store, pool, onPool }: SummaryStripProps) {
  const version = useMachineVersion(store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  const [all, pools] = useMemo(() => summarize(store.machines.values()), [store, version]);
  const shown = pool === undefined ? all : (pools.get(pool) ?? all);
  return (
    <div className="map-strip">
      <section className="map-figure" aria-label={texts.title}>
        <p>
          <strong>{shown.machines.toLocaleString("en")}</strong>{" "}
          <span>{texts.machinesAt(shown.machines, shown.sites)}</span>
        </p>
        <p className="map-states">
          <States states={shown.states} />
        </p>
      </section>
      <Free title={texts.capacity.cores} {...shown.millis} show={coresText} />
      <Free title={texts.capacity.memory} {...shown.bytes} show={bytesText} />
      <Members />
      <ul className="map-pools">
        {[...pools].map(([name, { machines, states }]) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={pool === name}
              title={texts.poolOf(name || texts.noPool)}
              onClick={() => onPool(pool === name ? undefined : name)}
            >
              <span>{name || texts.noPool}</span>
              <span className="map-count">{machines.toLocaleString("en")}</span>
              <Worst states={states} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function summarize(machines: Iterable<Machine>): readonly [Summary, ReadonlyMap<string, Summary>] {
  const byPool = new Map<string, Machine[]>();
  const all = [...machines];
  for (const machine of all) {
    const others = byPool.get(machine.pool);
    if (others === undefined) byPool.set(machine.pool, [machine]);
    else others.push(machine);
  }
  const pools = [...byPool].sort(([a], [b]) => (a < b ? -1 : 1));
  return [summaryOf(all), new Map(pools.map(([name, some]) => [name, summaryOf(some)]))];
}

function States({ states }: Pick<Summary, "states">) {
  return states.map(([state, count]) => (
    <span key={state} className="state" title={state}>
      <Shape tone={toneOf(state)} />
      {count.toLocaleString("en")} {state}
    </span>
  ));
}

/** How many of a pool are not well. */
function Worst({ states }: Pick<Summary, "states">) {
  return states
    .filter(([state]) => ["bad", "warn"].includes(toneOf(state)))
    .map(([state, count]) => (
      <span key={state} className="state" title={`${count} ${state}`}>
        <Shape tone={toneOf(state)} />
        {count}
      </span>
    ));
}

interface FreeProps {
  readonly title: string;
  readonly taken: number;
  readonly total: number;
  readonly show: (value: number) => string;
}

function Free({ title, taken, total, show }: FreeProps) {
  if (total === 0) return null;
  return (
    <section className="map-figure" aria-label={title}>
      <p>
        <strong>{show(Math.max(0, total - taken))}</strong> <span>{title}</span>
      </p>
      <p className="map-bar-line">
        <span className="map-bar">
          <i style={{ width: `${(100 * taken) / total}%` }} />
        </span>
        <span>{texts.ofTotal(show(total))}</span>
      </p>
    </section>
  );
}

const coresText = (millis: number): string => (Math.round(millis / 100) / 10).toLocaleString("en");

const membersOf = (claims: Objects<Claim>): readonly [number, number] => {
  let ready = 0;
  for (const { status } of claims.values()) if (status?.state === "Ready") ready++;
  return [ready, claims.size];
};

function Members() {
  const [ready, all] = useSelected(kinds.Claim, membersOf);
  if (all === 0) return null;
  return (
    <section className="map-figure" aria-label={texts.capacity.members}>
      <p>
        <strong>{ready.toLocaleString("en")}</strong> <span>{texts.capacity.members}</span>
      </p>
      <p className="map-bar-line">
        <span className="map-bar map-bar-good">
          <i style={{ width: `${(100 * ready) / all}%` }} />
        </span>
        <span>{texts.ofTotal(all.toLocaleString("en"))}</span>
      </p>
    </section>
  );
}
