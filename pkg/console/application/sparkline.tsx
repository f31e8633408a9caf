import { useEffect, useState } from "react";
import { useWorld } from "../live/use-world.ts";

/** What was seen of each application since the console was opened: kept over pages, a few numbers each. */
const seen = new Map<string, readonly { readonly at: number; readonly ready: number }[]>();
const maxSeen = 60;
const [width, height] = [72, 18];

/** Ready members over the time in which somebody looked. */
export function Sparkline({
  of,
  ready,
  wanted,
}: {
  readonly of: string;
  readonly ready: number;
  readonly wanted: number;
}) {
  const world = useWorld();
  const [points, setPoints] = useState(() => seen.get(of) ?? []);
  useEffect(() => {
    const before = seen.get(of) ?? [];
    const next = before.at(-1)?.ready === ready ? before : [...before.slice(1 - maxSeen), { at: world.now(), ready }];
    seen.set(of, next);
    setPoints(next);
  }, [world, of, ready]);
  if (points.length === 0) return null;
  return (
    <svg className="application-sparkline" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={sparkPath(points, wanted, world.now())} />
    </svg>
  );
}

function sparkPath(points: readonly { at: number; ready: number }[], wanted: number, now: number): string {
  const from = points[0]?.at ?? now;
  const span = Math.max(1000, now - from);
  const most = Math.max(1, wanted, ...points.map(({ ready }) => ready));
  const x = (at: number): number => 1 + ((at - from) / span) * (width - 2);
  const y = (ready: number): number => height - 2 - (ready / most) * (height - 4);
  const steps = points.map(
    ({ at, ready }, index) => `${index === 0 ? "M" : "H"}${x(at)}${index === 0 ? " " : "V"}${y(ready)}`,
  );
  return `${steps.join("")}H${width - 1}`;
}
