import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Phase } from "../../../api/index.ts";
import { useNow } from "../../live/use-world.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Button } from "../../ui/button.tsx";
import { Shape } from "../../ui/state.tsx";
import { toneOf } from "../../ui/tone.ts";
import { clockText, spanText } from "../clock-text.ts";
import { processesOf } from "../groupings.ts";
import { useOwnObjects } from "../own-objects.ts";
import { releaseWords } from "./release-words.ts";
import { axisTicks, type Entry, nearestEntry, type TimeLineRow, timeLineOf } from "./time-line.ts";
import { useTimeRange } from "./use-time-range.ts";

const texts = applicationTexts.phases;
const rowHeight = 40;
const axisHeight = 24;
/** How near the pointer must come to a mark. */
const reachPx = 14;
const shownLate = 8;

interface Pointed {
  readonly row: number;
  readonly entry: Entry | undefined;
}

/** Each phase a bar from its opening to its release, with a mark for each member that entered. */
export function TimeLineChart({ phases }: { readonly phases: readonly Phase[] }) {
  const processes = useOwnObjects(processesOf);
  const isGoingOn = phases.some(({ status }) => status?.state === "Open");
  const now = useNow(isGoingOn ? 500 : 60_000);
  const line = useMemo(() => timeLineOf(phases, processes, now), [phases, processes, now]);
  const byName = new Map(phases.map((phase) => [phase.spec.phase as string, phase]));
  const [pointed, setPointed] = useState<Pointed>();
  const box = useRef<HTMLDivElement>(null);
  const range = useTimeRange(line.from, line.to, box);
  const x = (at: number): number => ((at - range.from) / (range.to - range.from)) * range.width;
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const row = Math.floor((event.clientY - top - axisHeight) / rowHeight);
    const at = range.from + ((event.clientX - left) / range.width) * (range.to - range.from);
    const entry = nearestEntry(line.rows[row]?.entries ?? [], at);
    const isNear = entry !== undefined && Math.abs(x(entry.at) - (event.clientX - left)) <= reachPx;
    setPointed(line.rows[row] === undefined ? undefined : { row, entry: isNear ? entry : undefined });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = range.key(event.key) ? pointed : steppedBy(event.key, line.rows, pointed);
    if (next === pointed) return;
    event.preventDefault();
    setPointed(next);
  };
  const row = pointed === undefined ? undefined : line.rows[pointed.row];
  const height = axisHeight + line.rows.length * rowHeight;
  return (
    <div className="application-time-line">
      <div className="application-time-line-body">
        <ul style={{ paddingTop: axisHeight }}>
          {line.rows.map(({ phase, state }) => (
            <li key={phase} style={{ height: rowHeight }} title={phase}>
              <Shape tone={toneOf(state)} /> <span>{phase}</span>
            </li>
          ))}
        </ul>
        <div ref={box} className="application-time-line-chart">
          <svg
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go from mark to mark
            tabIndex={0}
            aria-label={texts.chart}
            width={range.width}
            height={height}
            onPointerMove={point}
            onPointerDown={range.grab}
            onPointerLeave={() => setPointed(undefined)}
            onKeyDown={onKeyDown}
          >
            <Axis origin={line.from} from={range.from} to={range.to} x={x} height={height} />
            {line.rows.map((each, index) => (
              <Row key={each.phase} row={each} top={axisHeight + index * rowHeight} x={x} end={line.to} />
            ))}
            {pointed?.entry !== undefined && (
              <circle
                className="application-tick-pointed"
                cx={x(pointed.entry.at)}
                cy={axisHeight + (pointed.row + 0.5) * rowHeight}
                r={5}
              />
            )}
          </svg>
        </div>
      </div>
      <p className="application-told" role="status">
        {row === undefined ? texts.help : wordsOf(row, pointed?.entry, byName.get(row.phase))}
        {line.rows.some(({ entries }) => entries.some(({ isDerived }) => isDerived)) && ` ${texts.someDerived}`}
      </p>
      <div className="application-buttons">
        <Button onClick={() => range.zoom(0.5)}>{texts.zoomIn}</Button>
        <Button onClick={() => range.zoom(2)}>{texts.zoomOut}</Button>
        <Button onClick={range.showAll} disabled={range.isFit}>
          {texts.fit}
        </Button>
      </div>
    </div>
  );
}

interface AxisProps {
  readonly origin: number;
  readonly from: number;
  readonly to: number;
  readonly x: (at: number) => number;
  readonly height: number;
}

function Axis({ origin, from, to, x, height }: AxisProps) {
  const ticks = axisTicks(origin, from, to, Math.max(2, Math.floor((x(to) - x(from)) / 90)));
  return (
    <g className="application-axis">
      {ticks.map((at) => (
        <g key={at} transform={`translate(${x(at)} 0)`}>
          <line y1={axisHeight - 6} y2={height} />
          <text x={4} y={14}>
            {texts.seconds(spanText(at - origin))}
          </text>
        </g>
      ))}
    </g>
  );
}

interface RowProps {
  readonly row: TimeLineRow;
  readonly top: number;
  readonly x: (at: number) => number;
  /** Where what is still open ends. */
  readonly end: number;
}

function Row({ row, top, x, end }: RowProps) {
  const { from, to, state, entries } = row;
  if (from === undefined) return null;
  const ticks = (isLate: boolean): string =>
    entries
      .filter((entry) => entry.isLate === isLate)
      .map(({ at }) => `M${x(at).toFixed(1)} ${top + 8}v${rowHeight - 16}`)
      .join("");
  return (
    <g className={`tone-${toneOf(state)}`}>
      <rect
        className="application-time-bar"
        x={x(from)}
        y={top + 6}
        width={Math.max(2, x(to ?? end) - x(from))}
        height={rowHeight - 12}
        rx={4}
      />
      <path className="application-tick" d={ticks(false)} />
      <path className="application-tick application-tick-late" d={ticks(true)} />
    </g>
  );
}

/** The mark to which an arrow key leads; undefined where there is none. */
function steppedBy(key: string, rows: readonly TimeLineRow[], pointed: Pointed | undefined): Pointed | undefined {
  const row = pointed?.row ?? 0;
  const entries = rows[row]?.entries ?? [];
  const index = pointed?.entry === undefined ? -1 : entries.findIndex(({ member }) => member === pointed.entry?.member);
  const at = (next: number, place: number): Pointed => ({ row: next, entry: rows[next]?.entries[place] });
  switch (key) {
    case "ArrowRight":
      return at(row, Math.min(entries.length - 1, index + 1));
    case "ArrowLeft":
      return at(row, Math.max(0, index - 1));
    case "ArrowDown":
      return at(Math.min(rows.length - 1, pointed === undefined ? 0 : row + 1), 0);
    case "ArrowUp":
      return at(Math.max(0, row - 1), 0);
    case "Escape":
      return undefined;
    default:
      return pointed;
  }
}

function wordsOf(row: TimeLineRow, entry: Entry | undefined, phase: Phase | undefined): string {
  if (entry !== undefined) {
    const since = entry.isLate ? row.to : row.from;
    const after = spanText(entry.at - (since ?? entry.at));
    const words = entry.isLate
      ? texts.entryLate(entry.member, clockText(entry.at), after)
      : texts.entry(entry.member, clockText(entry.at), after, row.entries.indexOf(entry) + 1, row.expected);
    return words + (entry.isDerived ? texts.derived : "");
  }
  if (row.from === undefined) return texts.waiting(row.phase);
  const names = row.missing.slice(0, shownLate).join(", ");
  const more = row.missing.length > shownLate ? ` ${texts.more(row.missing.length - shownLate)}` : "";
  const late = row.missing.length === 0 ? "" : ` ${texts.lateNow(names + more)}`;
  if (row.state === "Failed") return texts.failedRow(row.phase) + late;
  if (row.to === undefined) return texts.open(row.phase, row.entries.length, row.expected) + late;
  const released = phase === undefined ? "" : releaseWords(phase);
  return `${row.phase}: ${released}, ${clockText(row.to)}, ${spanText(row.to - row.from)}.${late}`;
}
