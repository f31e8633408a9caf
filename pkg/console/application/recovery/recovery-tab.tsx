import { useCallback, useMemo, useRef, useState } from "react";
import { kinds } from "../../../api/index.ts";
import { groupsIn } from "../../live/groups.ts";
import { useNow, useWorld } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Shape } from "../../ui/state.tsx";
import { clockText, spanText } from "../clock-text.ts";
import { claimEventsOf, claimsOf } from "../groupings.ts";
import { useOwn, useOwnObjects } from "../own-objects.ts";
import { useAtMost } from "../use-at-most.ts";
import { CurveChart } from "./curve-chart.tsx";
import { type CurvePoint, type Dip, dipsOf, lossesOf, pastCurve, servingOf } from "./recovery-curve.ts";

const texts = applicationTexts.recovery;
const periodMs = 100;
const shownDips = 20;
const shownMachines = 5;
type RangeName = keyof typeof texts.ranges;

/** Members that serve, over time: what a loss costs, and how soon it is over. */
export default function RecoveryTab() {
  const points = usePoints();
  const claims = useOwnObjects(claimsOf);
  const { isGone } = useOwn();
  const [range, setRange] = useState<RangeName>("900");
  const now = useNow();
  const until = isGone ? (points.at(-1)?.at ?? now) : now;
  const from = range === "all" ? (points[0]?.at ?? until) : until - Number(range) * 1000;
  const losses = useMemo(() => lossesOf(claims), [claims]);
  const dips = useMemo(() => dipsOf(points, losses).slice(-shownDips).reverse(), [points, losses]);
  const { ready, wanted } = points.at(-1) ?? servingOf(claims);
  return (
    <div className="application-scroll">
      <section className="card application-section">
        <header className="application-section-head">
          <h2>{texts.title}</h2>
          <span className="quiet">{texts.now(ready, wanted)}</span>
          <span className="spacer" />
          <select
            className="input"
            aria-label={texts.range}
            value={range}
            onChange={({ target }) => setRange(target.value as RangeName)}
          >
            {Object.entries(texts.ranges).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </header>
        <CurveChart points={points} losses={losses} from={from} to={until} label={texts.chart(ready, wanted)} />
        <p className="quiet">{texts.derived}</p>
      </section>
      <section className="card application-section">
        <h2>{texts.losses}</h2>
        {dips.length === 0 && <p className="quiet">{texts.noDips}</p>}
        <ul className="application-dips">
          {dips.map((dip) => (
            <li key={dip.from}>
              <Shape tone={dip.until === undefined ? "bad" : "good"} /> {dipWords(dip)}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** "20 lost 14:02:11, all 100 again after 3.4 s". */
function dipWords({ from, lost, level, until, machines }: Dip): string {
  const after = until === undefined ? texts.notBack : texts.back(level, spanText(until - from));
  const time = clockText(from).slice(0, 8);
  const names = machines.length > shownMachines ? String(machines.length) : machines.join(", ");
  return `${machines.length === 0 ? texts.away(lost, time) : texts.lost(lost, time, names)}, ${after}`;
}

/** What can be told of the time before, then what was seen. */
function usePoints(): readonly CurvePoint[] {
  const world = useWorld();
  const { id, memory } = useOwn();
  const subscribe = useCallback(
    (wake: () => void) => {
      const leave = [groupsIn(world, claimsOf).subscribe(id, wake), groupsIn(world, claimEventsOf).subscribe(id, wake)];
      return () => {
        for (const each of leave) each();
      };
    },
    [world, id],
  );
  const past = useRef<readonly CurvePoint[] | undefined>(undefined);
  const read = (): readonly CurvePoint[] => {
    if (world.isPast)
      return pastCurve(groupsIn(world, claimsOf).members(id), groupsIn(world, claimEventsOf).members(id));
    const seen = memory.curve.points;
    // What was before the first that was seen does not change any more: it is put together once.
    if (world.view(kinds.Event).isSynced && seen.length > 0)
      past.current ??= pastCurve(groupsIn(world, claimsOf).members(id), groupsIn(world, claimEventsOf).members(id));
    const begin = seen[0]?.at ?? Number.POSITIVE_INFINITY;
    return [...(memory.past ?? past.current ?? []).filter(({ at }) => at < begin), ...seen];
  };
  return useAtMost(periodMs, subscribe, read, isSamePoints);
}

function isSamePoints(a: readonly CurvePoint[], b: readonly CurvePoint[]): boolean {
  return a.length === b.length && a.at(-1) === b.at(-1) && a[0]?.at === b[0]?.at;
}
