import { type Family, type Sample, sampleNames } from "./parse-exposition.ts";
import { escapeLabel } from "./write-exposition.ts";

/** What one process says of itself. */
export interface Exposition {
  /** Put on each of its samples; a label of its own by such a name becomes exported_NAME, as Prometheus does it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly families: readonly Family[];
}

export interface MergedExpositions {
  readonly text: string;
  /** Families that were left out, by place in the input, each with the reason. */
  readonly faults: ReadonlyMap<number, readonly string[]>;
}

interface Merged {
  readonly family: Family;
  readonly lines: string[];
}

/**
 * Many expositions as one, each family once with the HELP of the first who has one. Where two say different things of a
 * name, the first is right: what contradicts it is left out, and told.
 */
export function mergeExpositions(expositions: readonly Exposition[]): MergedExpositions {
  const merged = new Map<string, Merged>();
  /** Name of the family, by name of a sample. */
  const owners = new Map<string, string>();
  const faults = new Map<number, string[]>();
  for (const [index, { labels, families }] of expositions.entries()) {
    const extra = Object.entries(labels).map(([name, value]) => [name, escapeLabel(value)] as const);
    for (const family of families) {
      const fault = faultOf(family, merged, owners);
      if (fault !== undefined) {
        faults.set(index, [...(faults.get(index) ?? []), fault]);
        continue;
      }
      for (const name of sampleNames(family)) owners.set(name, family.name);
      const into = joined(merged.get(family.name), family);
      merged.set(family.name, into);
      for (const sample of family.samples) into.lines.push(lineOf(sample, extra));
    }
  }
  const sorted = [...merged.values()].sort((left, right) => (left.family.name < right.family.name ? -1 : 1));
  return { text: sorted.map(textOf).join(""), faults };
}

function joined(known: Merged | undefined, family: Family): Merged {
  if (known === undefined) return { family, lines: [] };
  return known.family.help === undefined ? { ...known, family } : known;
}

function faultOf(
  family: Family,
  merged: ReadonlyMap<string, Merged>,
  owners: ReadonlyMap<string, string>,
): string | undefined {
  const known = merged.get(family.name)?.family;
  if (known !== undefined && known.type !== family.type)
    return `${family.name} is a ${family.type}, of another process a ${known.type}`;
  const taken = sampleNames(family).find((name) => (owners.get(name) ?? family.name) !== family.name);
  return taken === undefined ? undefined : `${taken} belongs to ${owners.get(taken)} of another process`;
}

function lineOf({ name, labels, rest }: Sample, extra: readonly (readonly [string, string])[]): string {
  const taken = new Set(extra.map(([label]) => label));
  const own = labels.map(([label, value]) => {
    let free = label;
    while (taken.has(free)) free = `exported_${free}`;
    taken.add(free);
    return `${free}="${value}"`;
  });
  const all = [...extra.map(([label, value]) => `${label}="${value}"`), ...own];
  return `${name}${all.length === 0 ? "" : `{${all.join(",")}}`} ${rest}`;
}

function textOf({ family, lines }: Merged): string {
  const { name, type, help } = family;
  return `${help === undefined ? "" : `# HELP ${name} ${help}\n`}# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
}
