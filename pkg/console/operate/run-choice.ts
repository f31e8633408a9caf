import {
  type Claim,
  expandPattern,
  labels,
  matchesLabels,
  parseLabelSelector,
  type Resource,
} from "../../api/index.ts";
import type { RunRequest } from "../../protocol/index.ts";

export const ways = ["all", "names", "selector", "pool", "application"] as const;
export type Way = (typeof ways)[number];

/** How machines are chosen, and by what. */
export interface RunChoice {
  readonly way: Way;
  /** Names and patterns, a label selector, a pool, or NAMESPACE/NAME of an application. */
  readonly value: string;
}

export type RunMachines = Pick<RunRequest, "resources" | "selector" | "pool" | "application">;

/** What the server is asked for; undefined where the value says nothing yet, or nothing that can be read. */
export function machinesOf({ way, value }: RunChoice): RunMachines | undefined {
  const text = value.trim();
  if (text === "" && way !== "all") return undefined;
  switch (way) {
    case "all":
      return { selector: "" };
    case "names": {
      const names = expandNames(text);
      return names === undefined ? undefined : { resources: names };
    }
    case "selector":
      return parseLabelSelector(text) === undefined ? undefined : { selector: text };
    case "pool":
      return { pool: text };
    case "application": {
      const [namespace = "", name = ""] = text.split("/");
      return name === "" ? undefined : { application: { namespace, name } };
    }
  }
}

/** The same in words of a command line. */
export function choiceWords({ way, value }: RunChoice): readonly string[] {
  const text = value.trim();
  switch (way) {
    case "all":
      return ["--all"];
    case "names":
      return splitNames(text);
    case "selector":
      return ["-l", text];
    case "pool":
      return [`pool/${text}`];
    case "application": {
      const [namespace = "", name = ""] = text.split("/");
      return [`application/${name}`, "-n", namespace];
    }
  }
}

/** Which machines these are as far as is known here; the server says it again when it begins. */
export function chosenMachines(
  machines: RunMachines | undefined,
  resources: readonly Resource[],
  claims: readonly Claim[],
): readonly string[] {
  if (machines === undefined) return [];
  const { application, pool, selector, resources: names } = machines;
  if (application !== undefined)
    return claims
      .filter(({ metadata }) => metadata.namespace === application.namespace)
      .filter(({ metadata, spec }) => metadata.labels?.[labels.application] === application.name && spec.resourceName)
      .map(({ spec }) => spec.resourceName ?? "");
  const requirements = parseLabelSelector(selector ?? "") ?? [];
  const wanted = new Set(names);
  return resources
    .filter(({ metadata, spec }) => {
      if (pool !== undefined) return spec.poolName === pool;
      return names === undefined ? matchesLabels(requirements, metadata.labels ?? {}) : wanted.has(metadata.name ?? "");
    })
    .map(({ metadata }) => metadata.name ?? "");
}

/** By commas and spaces that stand in no bracket. */
function splitNames(text: string): readonly string[] {
  return text.match(/(?:\[[^\]]*\]|[^\s,[])+/g) ?? [];
}

function expandNames(text: string): readonly string[] | undefined {
  const expanded = splitNames(text).map(expandPattern);
  return expanded.some((names) => names === undefined)
    ? undefined
    : [...new Set(expanded.flatMap((names) => names ?? []))];
}
