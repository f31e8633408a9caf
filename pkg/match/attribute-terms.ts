import { excessOf, type Range } from "./bounds.ts";
import type { Fault } from "./refusal.ts";
import { compareVersions } from "./version.ts";

/** What is wanted of one attribute: bounds are absolute; what is not ideal costs the penalty, per unit where there are units. */
export interface AttributeRequirement extends Range {
  readonly name: string;
  readonly in?: readonly (number | string)[];
  readonly version?: VersionRange;
  readonly ideal?: Range & { readonly in?: readonly (number | string)[]; readonly version?: VersionRange };
  readonly penalty?: number;
  /** Penalties of single values, instead of what the ideal would make them cost. */
  readonly penalties?: Readonly<Record<string, number>>;
}

export interface VersionRange {
  readonly min?: string;
  readonly max?: string;
}

type Value = number | string | undefined;

/** Why a value will not do; undefined where it will. */
export function attributeFault(requirement: AttributeRequirement, value: Value): Fault | undefined {
  const { name, min, max, version } = requirement;
  if (value === undefined) return { reason: "AttributeUnknown", message: `${name} unknown` };
  if (requirement.in !== undefined && !isOneOf(value, requirement.in))
    return outOfBounds(`${name} not in ${requirement.in.join(", ")}`, name, value);
  if (version !== undefined) {
    const wrong = versionFault(version, String(value));
    if (wrong !== undefined) return outOfBounds(`${name} ${wrong}`, name, value);
  }
  if (min === undefined && max === undefined) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) return outOfBounds(`${name} not a number`, name, value);
  if (min !== undefined && number < min) return outOfBounds(`${name} below min ${min}`, name, value);
  if (max !== undefined && number > max) return outOfBounds(`${name} above max ${max}`, name, value);
  return undefined;
}

/** What a value that will do costs. */
export function attributePenalty({ ideal, penalty = 1, penalties }: AttributeRequirement, value: Value): number {
  const own = penalties === undefined || value === undefined ? undefined : ownPenalty(penalties, String(value));
  if (own !== undefined) return own;
  if (ideal === undefined || value === undefined) return 0;
  const number = Number(value);
  const units = Number.isNaN(number) ? 0 : excessOf(number, ideal);
  const isOther = ideal.in !== undefined && !isOneOf(value, ideal.in);
  const isOtherVersion = ideal.version !== undefined && versionFault(ideal.version, String(value)) !== undefined;
  return (units + Number(isOther) + Number(isOtherVersion)) * penalty;
}

function ownPenalty(penalties: Readonly<Record<string, number>>, value: string): number | undefined {
  return Object.hasOwn(penalties, value) ? penalties[value] : undefined;
}

function isOneOf(value: number | string, values: readonly (number | string)[]): boolean {
  return values.some((one) => String(one) === String(value));
}

function versionFault({ min, max }: VersionRange, version: string): string | undefined {
  if (min !== undefined && compareVersions(version, min) < 0) return `older than ${min}`;
  if (max !== undefined && compareVersions(version, max) > 0) return `newer than ${max}`;
  return undefined;
}

function outOfBounds(message: string, name: string, value: number | string): Fault {
  return { reason: "AttributeOutOfBounds", message, detail: `${message}: ${name} is ${value}` };
}
