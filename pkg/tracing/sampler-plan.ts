/** Which traces are recorded, in OpenTelemetry's words. */
export interface Sampler {
  /** Of the traces that begin here: none is 0, all is 1. */
  readonly ratio: number;
  /** Whether what was decided where a trace began holds here too. */
  readonly isParentBased: boolean;
}

/** By the last digits of the trace's name, so that all who see the trace decide alike. */
export function isSampled({ ratio, isParentBased }: Sampler, traceId: string, parent: boolean | undefined): boolean {
  if (isParentBased && parent !== undefined) return parent;
  if (ratio >= 1) return true;
  if (ratio <= 0) return false;
  return Number.parseInt(traceId.slice(-13), 16) < ratio * 2 ** 52;
}

const ratios: Readonly<Record<string, number | undefined>> = { always_on: 1, always_off: 0 };

/** Of OTEL_TRACES_SAMPLER and its argument; undefined where they have no meaning. */
export function samplerOf(name: string, argument: string | undefined): Sampler | undefined {
  const isParentBased = name.startsWith("parentbased_");
  const rule = isParentBased ? name.slice("parentbased_".length) : name;
  const ratio = rule === "traceidratio" ? Number(argument ?? 1) : ratios[rule];
  if (ratio === undefined || !(ratio >= 0 && ratio <= 1)) return undefined;
  return { ratio, isParentBased };
}
