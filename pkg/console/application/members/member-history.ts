import type { Claim } from "../../../api/index.ts";

/** A machine that held a member, and how that ended. */
export interface Holder {
  readonly epoch: number;
  readonly machine: string;
  /** Undefined: it is no longer known. */
  readonly from: string | undefined;
  /** Undefined: it holds it now. */
  readonly until: string | undefined;
  /** Why it was left. */
  readonly reason: string | undefined;
}

/** A claim remembers this many replacements. */
const remembered = 10;

/** Who has held a member, the present one first. */
export function holdersOf({ spec, status, metadata }: Claim): readonly Holder[] {
  const replacements = status?.replacements ?? [];
  const ended = replacements.map(({ at, from, epoch, reason }, index): Holder => {
    const isFirst = index === 0;
    const began = isFirst
      ? replacements.length < remembered
        ? metadata.creationTimestamp
        : undefined
      : replacements[index - 1]?.at;
    return { epoch: epoch ?? index + 1, machine: from, from: began, until: at, reason };
  });
  if (spec.resourceName === undefined) return ended.reverse();
  const from = replacements.at(-1)?.at ?? metadata.creationTimestamp;
  const present = { epoch: spec.epoch ?? 0, machine: spec.resourceName, from, until: undefined, reason: undefined };
  return [present, ...ended.reverse()];
}

/** Members by component and ordinal, then those without an ordinal: spares. */
export function membersInOrder(claims: readonly Claim[]): readonly Claim[] {
  const key = ({ spec, metadata }: Claim): readonly [number, string, number, string] => [
    spec.ordinal === undefined ? 1 : 0,
    spec.component,
    spec.ordinal ?? 0,
    metadata.name ?? "",
  ];
  const keyed = claims.map((claim) => ({ claim, key: key(claim) }));
  return keyed.sort((a, b) => compareAll(a.key, b.key)).map(({ claim }) => claim);
}

function compareAll(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}
