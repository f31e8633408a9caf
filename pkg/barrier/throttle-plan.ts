/** How fast members pass a released barrier. */
export type ThrottleRule =
  | {
      readonly kind: "rate";
      /** Members a second. */
      readonly rate: number;
      /** How many may pass at once after a pause, at least 1. */
      readonly burst: number;
    }
  | {
      readonly kind: "concurrent";
      /** Places; one is held from the pass until its holder gives it back, dies, or `holdTimeoutMs` is over. */
      readonly places: number;
      readonly holdTimeoutMs?: number;
    };

/** A member that has passed. */
export interface Pass {
  readonly member: string;
  /** Milliseconds of the clock of `nowMs`. */
  readonly atMs: number;
  /** It gave its place back, or can no longer hold one. */
  readonly left: boolean;
}

export interface ThrottleView {
  readonly rule: ThrottleRule;
  /** Members that may pass, in the order in which they shall. Those that have passed already are skipped. */
  readonly waiting: readonly string[];
  /** In the order of passing. */
  readonly passes: readonly Pass[];
  readonly nowMs: number;
}

export interface ThrottlePlan {
  readonly pass: readonly string[];
  /** When time alone lets the next one pass. */
  readonly recheckAfterMs?: number;
}

/** Who passes now. Pure; what it answers must be stored before the members are told. */
export function planPasses({ rule, waiting, passes, nowMs }: ThrottleView): ThrottlePlan {
  const passed = new Set(passes.map(({ member }) => member));
  const queue = [...new Set(waiting)].filter((member) => !passed.has(member));
  if (queue.length === 0) return { pass: [] };
  return rule.kind === "rate" ? byRate(rule, queue, passes, nowMs) : byPlaces(rule, queue, passes, nowMs);
}

type Rule<K extends ThrottleRule["kind"]> = Extract<ThrottleRule, { kind: K }>;

function byRate(
  { rate, burst }: Rule<"rate">,
  queue: readonly string[],
  passes: readonly Pass[],
  nowMs: number,
): ThrottlePlan {
  const tokens = tokensAt({ rate, burst }, passes, nowMs);
  // Time is cut to whole milliseconds: a token that is there but for a rounding error is there.
  const free = Math.floor(tokens + 1e-6);
  const pass = queue.slice(0, free);
  if (pass.length === queue.length) return { pass };
  return { pass, recheckAfterMs: Math.max(1, Math.ceil(((1 - (tokens - pass.length)) / rate) * 1000)) };
}

/** What is in the bucket: it starts full, each pass takes one, time fills it up to `burst`. */
function tokensAt(
  { rate, burst }: { readonly rate: number; readonly burst: number },
  passes: readonly Pass[],
  nowMs: number,
): number {
  let tokens = burst;
  let at: number | undefined;
  for (const { atMs } of passes) {
    if (at !== undefined) tokens = Math.min(burst, tokens + (Math.max(0, atMs - at) / 1000) * rate);
    tokens -= 1;
    at = atMs;
  }
  return at === undefined ? tokens : Math.min(burst, tokens + (Math.max(0, nowMs - at) / 1000) * rate);
}

function byPlaces(
  { places, holdTimeoutMs }: Rule<"concurrent">,
  queue: readonly string[],
  passes: readonly Pass[],
  nowMs: number,
): ThrottlePlan {
  const ends = passes
    .filter(({ left }) => !left)
    .map(({ atMs }) => (holdTimeoutMs === undefined ? Number.POSITIVE_INFINITY : atMs + holdTimeoutMs))
    .filter((end) => end > nowMs);
  const pass = queue.slice(0, Math.max(0, places - ends.length));
  const next = Math.min(...ends, ...(holdTimeoutMs === undefined || pass.length === 0 ? [] : [nowMs + holdTimeoutMs]));
  if (pass.length === queue.length || !Number.isFinite(next)) return { pass };
  return { pass, recheckAfterMs: next - nowMs };
}
