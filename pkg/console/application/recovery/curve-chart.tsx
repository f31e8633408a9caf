import { useEffect, useRef, useState } from "react";
import type uPlot from "uplot";
import { applicationTexts } from "../../texts/application.ts";
import { shellTexts } from "../../texts/shell.ts";
import type { CurvePoint, Loss } from "./recovery-curve.ts";

const texts = applicationTexts.recovery;
const height = 300;

interface CurveChartProps {
  readonly points: readonly CurvePoint[];
  readonly losses: readonly Loss[];
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

type Columns = [number[], number[], number[]];

/** Steps of serving members below the line of those that are wanted, with a mark where machines were lost. */
export function CurveChart(props: CurveChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    let isLeft = false;
    let leave: (() => void) | undefined;
    void import("uplot").then(({ default: Plot }) => {
      const element = box.current;
      if (isLeft || element === null) return;
      const draw = (): void => {
        chart.current?.destroy();
        chart.current = new Plot(optionsFor(Plot, element, latest), columnsOf(latest.current), element);
      };
      draw();
      setLoaded(true);
      const observer = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
      observer.observe(element);
      window.addEventListener("plush-theme", draw);
      const dark = matchMedia("(prefers-color-scheme: dark)");
      dark.addEventListener("change", draw);
      leave = () => {
        observer.disconnect();
        window.removeEventListener("plush-theme", draw);
        dark.removeEventListener("change", draw);
        chart.current?.destroy();
        chart.current = undefined;
      };
    });
    return () => {
      isLeft = true;
      leave?.();
    };
  }, []);
  useEffect(() => chart.current?.setData(columnsOf(props)));
  return (
    <div ref={box} className="application-curve" role="img" aria-label={props.label}>
      {!isLoaded && <div className="loading" role="status" aria-label={shellTexts.loading} />}
    </div>
  );
}

/** What is seen, with a point at both ends: a step goes on until the next. */
function columnsOf({ points, from, to }: CurveChartProps): Columns {
  const columns: Columns = [[], [], []];
  const add = (at: number, ready: number, wanted: number): void => {
    columns[0].push(at / 1000);
    columns[1].push(ready);
    columns[2].push(wanted);
  };
  const first = points.findLastIndex(({ at }) => at <= from);
  const before = points[first];
  if (before !== undefined) add(from, before.ready, before.wanted);
  for (const { at, ready, wanted } of points.slice(first + 1)) if (at <= to) add(at, ready, wanted);
  const last = points.findLast(({ at }) => at <= to);
  if (last !== undefined) add(to, last.ready, last.wanted);
  return columns;
}

function optionsFor(
  Plot: typeof uPlot,
  element: HTMLElement,
  latest: { readonly current: CurveChartProps },
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const paths = Plot.paths.stepped?.({ align: 1 });
  const axis: uPlot.Axis = {
    stroke: colour("--text-soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `11px ${style.fontFamily}`,
  };
  const stepped = paths === undefined ? {} : { paths };
  return {
    width: element.clientWidth,
    height,
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    legend: { show: true, live: true },
    scales: {
      x: { time: true, range: () => [latest.current.from / 1000, latest.current.to / 1000] },
      y: { range: (_, __, most) => [0, Math.max(1, most) * 1.08] },
    },
    axes: [
      { ...axis, values: "{HH}:{mm}:{ss}", space: 80 },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
    ],
    series: [
      { value: "{HH}:{mm}:{ss}" },
      {
        label: texts.serving,
        stroke: colour("--accent"),
        fill: `color-mix(in srgb, ${colour("--accent")} 14%, transparent)`,
        width: 2,
        points: { show: false },
        ...stepped,
      },
      { label: texts.wanted, stroke: colour("--idle"), width: 1, dash: [4, 4], points: { show: false }, ...stepped },
    ],
    hooks: { draw: [(plot) => drawLosses(plot, latest.current.losses, colour("--bad"))] },
  };
}

function drawLosses({ ctx, bbox, valToPos }: uPlot, losses: readonly Loss[], colour: string): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  for (const { at, machines } of losses) {
    const x = Math.round(valToPos(at / 1000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(
      texts.lossAt(machines.length > 3 ? String(machines.length) : machines.join(", ")),
      x + 4,
      bbox.top + 12,
    );
  }
  ctx.restore();
}
