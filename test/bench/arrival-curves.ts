import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { judgeBarrier, type ReleaseRule } from "../../pkg/barrier/index.ts";
import { type Figures, median } from "./measure.ts";

/** How a hundred members come to a barrier: most around ten seconds, some much later, a few never. */
export interface Arrivals {
  readonly name: string;
  /** Share of members that take 3 to 20 times as long. */
  readonly stragglers: number;
  /** Share of members that never come. */
  readonly dead: number;
}

const testbed: Arrivals = { name: "a testbed, 10% stragglers", stragglers: 0.1, dead: 0 };

export const arrivals: readonly Arrivals[] = [
  { name: "a quiet cluster", stragglers: 0, dead: 0 },
  testbed,
  { name: "10% stragglers, 2% dead", stragglers: 0.1, dead: 0.02 },
];

const minute = 60_000;
/** Whoever waits for all waits for the dead as well, until the time is up. */
const rules: Readonly<Record<string, ReleaseRule>> = {
  all: { timeoutMs: 10 * minute, minimum: "50%" },
  "percent 90": { percent: 90, timeoutMs: 10 * minute, minimum: "50%" },
  "knee, at least 80%": { knee: { alpha: 0.7, beta: 4 }, timeoutMs: 10 * minute, minimum: "80%" },
};

const members = 100;

/** Times of arrival in ascending order, in milliseconds; who never comes is not in it. The same seed, the same times. */
function arrivalTimes({ stragglers, dead }: Arrivals, seed: number): readonly number[] {
  const random = generator(seed);
  return Array.from({ length: members }, () => {
    // Log-normal around ten seconds, by the sum of uniform numbers.
    const normal = Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);
    const time = 10_000 * Math.exp(0.25 * normal);
    const fate = random();
    if (fate < dead) return Number.POSITIVE_INFINITY;
    return fate < dead + stragglers ? time * (3 + 17 * random()) : time;
  })
    .filter(Number.isFinite)
    .sort((left, right) => left - right);
}

interface Release {
  readonly atMs: number;
  readonly missing: number;
}

/** When a rule releases these arrivals, by the engine itself, on virtual time. */
function releaseOf(rule: ReleaseRule, times: readonly number[]): Release {
  const expected = Array.from({ length: members }, (_, index) => `m-${index}`);
  let nowMs = 0;
  for (;;) {
    const come = times.filter((time) => time <= nowMs);
    const verdict = judgeBarrier({
      rule,
      expected,
      entered: expected.slice(0, come.length),
      failed: [],
      elapsedMs: nowMs,
      entryTimesMs: come,
    });
    if (verdict.state !== "Waiting") return { atMs: nowMs, missing: members - come.length };
    const next = times.find((time) => time > nowMs) ?? Number.POSITIVE_INFINITY;
    nowMs = Math.min(next, nowMs + (verdict.recheckAfterMs ?? Number.POSITIVE_INFINITY));
  }
}

/** A small generator of numbers in [0, 1) that is the same everywhere (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Median release and median number of those left behind, over so many seeds. */
export function compare(curve: Arrivals, seeds: number): ReadonlyMap<string, Release> {
  const runs = Array.from({ length: seeds }, (_, index) => arrivalTimes(curve, index + 1));
  return new Map(
    Object.entries(rules).map(([name, rule]) => {
      const releases = runs.map((times) => releaseOf(rule, times));
      const atMs = median(releases.map((release) => release.atMs));
      return [name, { atMs, missing: median(releases.map(({ missing }) => missing)) }];
    }),
  );
}

/** Writes the table and the picture of docs/barriers.md; what it tells is simulated, not measured. */
export async function* benchArrivalCurves(): Figures {
  const docs = resolve(process.cwd(), "docs");
  const compared = arrivals.map((curve) => [curve, compare(curve, 200)] as const);
  writeFileSync(join(docs, "images", "barrier-release.svg"), picture(arrivalTimes(testbed, 7)));
  yield* compared.flatMap(([{ name }, releases]) =>
    [...releases].map(([rule, { atMs, missing }]) => ({
      work: `${name}: ${rule}`,
      reference: `all: ${seconds(releases.get("all")?.atMs ?? 0)}`,
      measured: `${seconds(atMs)}, ${missing} of ${members} left behind`,
      bar: "",
      met: true,
    })),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The share of members that have come, over time, and when each rule lets them go. */
function picture(times: readonly number[]): string {
  const [width, height, left, bottom] = [720, 320, 50, 40];
  const lastMs = (times.at(-1) ?? 1) * 1.05;
  const x = (ms: number): string => (left + ((width - left - 20) * ms) / lastMs).toFixed(1);
  const y = (share: number): string => (height - bottom - (height - bottom - 20) * share).toFixed(1);
  const steps = times.map((time, index) => `H${x(time)}V${y((index + 1) / members)}`).join("");
  const colours = ["#777", "#0072b2", "#d55e00"];
  const marks = Object.entries(rules).map(([name, rule], index) => {
    const { atMs } = releaseOf(rule, times);
    const colour = colours[index] ?? "#000";
    const anchor = index === 0 ? "end" : "start";
    const at = Number(x(atMs)) + (index === 0 ? -6 : 6);
    return `<line x1="${x(atMs)}" x2="${x(atMs)}" y1="${y(0)}" y2="${y(1)}" stroke="${colour}" stroke-dasharray="4 3"/>
<text x="${at}" y="${Number(y(0.55)) + index * 40}" fill="${colour}" text-anchor="${anchor}">${name}: ${seconds(atMs)}</text>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<text x="${left - 8}" y="${Number(y(share)) + 4}" text-anchor="end">${share * 100}%</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<path d="M${x(0)} ${y(0)}${steps}" fill="none" stroke="#222" stroke-width="1.5"/>
<path d="M${x(0)} ${y(1)}V${y(0)}H${width - 20}" fill="none" stroke="#999"/>
${ticks.join("\n")}
<text x="${width / 2}" y="${height - 10}" text-anchor="middle">seconds since the opening (${seconds(lastMs)} in all)</text>
${marks.join("\n")}
</svg>
`;
}
