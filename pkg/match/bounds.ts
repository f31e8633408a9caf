/** A range; an end that is absent is open. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** What is out of `bounds` will not do; each unit out of `ideal` costs `penalty`. */
export interface Bounds extends Range {
  readonly ideal?: Range;
  readonly penalty: number;
}

export function isWithin(value: number, { min, max }: Range): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** How far a value is out of a range. */
export function excessOf(value: number, { min = value, max = value }: Range): number {
  return Math.max(0, min - value, value - max);
}

/**
 * Penalties are compared as whole millionths: their sum is the same in whatever order it is made, so that equal is equal.
 */
export function toMicro(penalty: number): number {
  return Math.round(penalty * 1e6);
}

export function fromMicro(micro: number): number {
  return micro / 1e6;
}
