import { useMemo } from "react";
import type { Phase } from "../../../api/index.ts";
import { applicationTexts } from "../../texts/application.ts";
import { Shape } from "../../ui/state.tsx";
import { toneOf } from "../../ui/tone.ts";
import { layoutPhases, type PlacedEdge } from "./phase-layout.ts";

const texts = applicationTexts.phases;
const sizes = { width: 184, height: 64, gapX: 56, gapY: 20 };

interface PhaseGraphProps {
  readonly phases: readonly Phase[];
  readonly chosen: string | undefined;
  readonly onChoose: (phase: string) => void;
}

/** Phases from left to right; each says how far it is. */
export function PhaseGraph({ phases, chosen, onChoose }: PhaseGraphProps) {
  const shape = JSON.stringify(phases.map(({ spec }) => [spec.phase, spec.after]));
  const { nodes, edges, width, height } = useMemo(() => {
    const graph = JSON.parse(shape) as readonly (readonly [string, readonly string[]])[];
    return layoutPhases(
      graph.map(([name, after]) => ({ name, after })),
      sizes,
    );
  }, [shape]);
  const byName = new Map(phases.map((phase) => [phase.spec.phase as string, phase]));
  return (
    <div className="application-graph">
      <div style={{ width, height }}>
        <svg
          className="application-edges"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          aria-hidden="true"
        >
          {edges.map((edge) => (
            <path
              key={`${edge.from} ${edge.to}`}
              className={byName.get(edge.from)?.status?.state === "Released" ? "is-passed" : ""}
              d={edgePath(edge)}
            />
          ))}
        </svg>
        {nodes.map(({ name, x, y }) => {
          const phase = byName.get(name);
          return phase === undefined ? null : (
            <button
              key={name}
              type="button"
              className={`application-phase tone-${toneOf(phase.status?.state ?? "Waiting")}`}
              style={{ left: x, top: y, width: sizes.width, height: sizes.height }}
              aria-pressed={name === chosen}
              onClick={() => onChoose(name)}
            >
              <PhaseNode phase={phase} />
            </button>
          );
        })}
      </div>
    </div>
  );
}

function countsOf({ status }: Phase): readonly [done: number, all: number] {
  const { work, expected = [], entered = [] } = status ?? {};
  return work === undefined ? [entered.length, expected.length] : [work.done, work.total];
}

function countText(phase: Phase): string {
  const [done, all] = countsOf(phase);
  return phase.status?.work === undefined
    ? `${applicationTexts.ofAll(done, all)} ${texts.entered}`
    : texts.items(done, all);
}

function PhaseNode({ phase }: { readonly phase: Phase }) {
  const { state = "Waiting", late = [], failed = [] } = phase.status ?? {};
  const [done, all] = countsOf(phase);
  const share = all === 0 ? (state === "Released" ? 1 : 0) : Math.min(1, done / all);
  return (
    <>
      <span className="application-phase-name">
        <Shape tone={toneOf(state)} />
        <strong>{phase.spec.phase}</strong> <span className="application-phase-state">{state}</span>
      </span>{" "}
      <span className="application-phase-counts">
        <span>{countText(phase)}</span>
        {late.length > 0 && <span className="tone-warn">{texts.late(late.length)}</span>}
        {failed.length > 0 && <span className="tone-bad">{texts.failed(failed.length)}</span>}
      </span>
      <span className="application-phase-bar">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </>
  );
}

/** A line that leaves and arrives level. */
function edgePath({ points }: PlacedEdge): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${x} ${y}`;
      if (before.y === y) return `L${x} ${y}`;
      const middle = (before.x + x) / 2;
      return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
    })
    .join("");
}
