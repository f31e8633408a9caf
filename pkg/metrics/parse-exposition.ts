/** One number of a process, in Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** As it was written: value, and time where there is one. */
  readonly rest: string;
}

/** Numbers that belong together. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  /** As it was written. */
  readonly help?: string;
  readonly samples: readonly Sample[];
}

const metricTypes = ["counter", "gauge", "histogram", "summary", "untyped"] as const;
export type MetricType = (typeof metricTypes)[number];

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const number = /^(?:[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?)|nan)$/i;
const time = /^-?\d+$/;

/** Names of samples that a family has beside its own. */
const suffixes: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["_sum", "_count"],
};

export function sampleNames({ name, type }: Pick<Family, "name" | "type">): readonly string[] {
  return [name, ...(suffixes[type] ?? []).map((suffix) => `${name}${suffix}`)];
}

interface OpenFamily {
  readonly name: string;
  type: MetricType;
  help?: string;
  readonly samples: Sample[];
}

/** Reads Prometheus' text format (0.0.4). Throws an Error that names the line where it is none. */
export function parseExposition(text: string): readonly Family[] {
  const families = new Map<string, OpenFamily>();
  /** By name of a sample. */
  const owners = new Map<string, OpenFamily>();
  const seen = new Set<string>();
  const open = (name: string): OpenFamily => {
    const known = owners.get(name);
    if (known !== undefined) return known;
    const family: OpenFamily = { name, type: "untyped", samples: [] };
    families.set(name, family);
    owners.set(name, family);
    return family;
  };
  for (const [index, line] of text.split("\n").entries()) {
    try {
      const trimmed = line.trim();
      if (trimmed === "") continue;
      if (trimmed.startsWith("#")) readComment(trimmed, open, owners);
      else {
        const sample = readSample(trimmed);
        const key = `${sample.name}{${JSON.stringify([...sample.labels].sort())}}`;
        if (seen.has(key)) throw new Error(`${sample.name} is there twice with the same labels`);
        seen.add(key);
        open(sample.name).samples.push(sample);
      }
    } catch (error) {
      throw new Error(`line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return [...families.values()].filter(({ samples }) => samples.length > 0);
}

function readComment(line: string, open: (name: string) => OpenFamily, owners: Map<string, OpenFamily>): void {
  const [, word, name = "", text = ""] = /^#\s*(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
  if (word === undefined) return;
  if (metricName.exec(name)?.[0] !== name) throw new Error(`${JSON.stringify(name)} is no name of a metric`);
  const family = open(name);
  if (word === "HELP") {
    family.help = text;
    return;
  }
  const type = metricTypes.find((one) => one === text);
  if (type === undefined) throw new Error(`${JSON.stringify(text)} is no type`);
  if (family.samples.length > 0 || family.type !== "untyped") throw new Error(`the type of ${name} comes too late`);
  family.type = type;
  for (const sample of sampleNames(family)) owners.set(sample, family);
}

function readSample(line: string): Sample {
  const [name = ""] = metricName.exec(line) ?? [];
  if (name === "") throw new Error("it begins with no name of a metric");
  const after = line.slice(name.length).trimStart();
  const { labels, rest } = after.startsWith("{") ? readLabels(after) : { labels: [], rest: after };
  const [value = "", at, ...more] = rest.trim().split(/\s+/);
  if (!number.test(value)) throw new Error(`${JSON.stringify(value)} is no number`);
  if ((at !== undefined && !time.test(at)) || more.length > 0)
    throw new Error("after the number there may be a time, and nothing else");
  return { name, labels, rest: at === undefined ? value : `${value} ${at}` };
}

function readLabels(text: string): { readonly labels: readonly (readonly [string, string])[]; readonly rest: string } {
  const labels: [string, string][] = [];
  let left = text.slice(1).trimStart();
  while (!left.startsWith("}")) {
    const [name = ""] = labelName.exec(left) ?? [];
    const [quoted, value] = /^\s*=\s*"((?:[^"\\]|\\.)*)"\s*/.exec(left.slice(name.length)) ?? [];
    if (name === "" || quoted === undefined || value === undefined) throw new Error("its labels cannot be read");
    if (labels.some(([known]) => known === name)) throw new Error(`label ${name} is there twice`);
    labels.push([name, value]);
    left = left.slice(name.length + quoted.length);
    if (left.startsWith(",")) left = left.slice(1).trimStart();
    else if (!left.startsWith("}")) throw new Error("its labels cannot be read");
  }
  return { labels, rest: left.slice(1) };
}
