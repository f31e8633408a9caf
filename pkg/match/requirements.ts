import {
  type AffinityRule,
  type AttributeIdeal,
  type AttributeRequirement,
  cpuMillis,
  type LatencyRequirement,
  memoryBytes,
  parseQuantity,
  type Requests,
  type ResourceRequirements,
} from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { AttributeRequirement as Wanted } from "./attribute-terms.ts";
import type { Bounds, Range } from "./bounds.ts";
import type { Capacity, MatchRequest } from "./machine-view.ts";
import type { LatencyToPeers, PlaceOfPeers } from "./peer-term.ts";

/** What `resources` ask of each machine by itself. */
export type OwnWishes = Pick<
  MatchRequest,
  "selector" | "attributes" | "spread" | "tolerations" | "requests" | "perMachine" | "dedicated"
>;

export function ownWishes(resources: ResourceRequirements): OwnWishes {
  const { selector, attributes, spread, tolerations, requests, perMachine, dedicated } = resources;
  return {
    ...(selector !== undefined && { selector }),
    attributes: attributes.map(attributeOf),
    spread,
    tolerations,
    requests: capacityOf(requests),
    perMachine,
    dedicated,
  };
}

/** To whom a rule is about: the members themselves, those of another component or group, or a machine. */
export type Target =
  | { readonly kind: "within" }
  | { readonly kind: "to"; readonly name: string }
  | { readonly kind: "resource"; readonly name: string };

/** What `resources` ask of a machine by where others are; whoever knows where they are makes a term of it. */
export type JointRule = { readonly target: Target } & (
  | Pick<LatencyToPeers, "kind" | "label" | "bounds" | "pairs">
  | Pick<PlaceOfPeers, "kind" | "label" | "by" | "penalty">
);

export function jointRules({ latency, affinity, antiAffinity }: ResourceRequirements): readonly JointRule[] {
  return [
    ...latency.map(latencyRule),
    ...affinity.map((rule) => placeRule(rule, rule.within === true ? "together" : "affinity", "affinity")),
    ...antiAffinity.map((rule) => placeRule(rule, "antiAffinity", "antiAffinity")),
  ];
}

function latencyRule(requirement: LatencyRequirement): JointRule {
  const { pairs, min, max, ideal, penalty } = requirement;
  const bounds: Bounds = {
    ...millisecondRange({ min, max }),
    ...(ideal !== undefined && { ideal: millisecondRange(ideal) }),
    penalty,
  };
  const target = targetOf(requirement);
  return { kind: "latency", target, label: labelOf("latency", target), bounds, pairs };
}

function placeRule({ by, penalty, ...rule }: AffinityRule, kind: PlaceOfPeers["kind"], word: string): JointRule {
  const target = targetOf(rule);
  return {
    ...{ kind, target, label: labelOf(word, target) },
    ...(by !== undefined && { by }),
    ...(penalty !== undefined && { penalty }),
  };
}

function targetOf({ to, resource }: { readonly to?: string; readonly resource?: string }): Target {
  if (to !== undefined) return { kind: "to", name: to };
  return resource === undefined ? { kind: "within" } : { kind: "resource", name: resource };
}

function labelOf(word: string, target: Target): string {
  if (target.kind === "within") return `${word} within`;
  return target.kind === "to" ? `${word} to ${target.name}` : `${word} to machine ${target.name}`;
}

export function capacityOf(requests: Requests | undefined): Capacity {
  const { cpu, memory } = requests ?? {};
  return {
    ...(cpu !== undefined && { cpuMillis: cpuMillis(cpu) }),
    ...(memory !== undefined && { memoryBytes: memoryBytes(memory) }),
  };
}

function attributeOf(requirement: AttributeRequirement): Wanted {
  const { name, min, max, version, ideal, penalty, penalties } = requirement;
  return {
    name,
    ...amounts({ min, max }),
    ...(requirement.in !== undefined && { in: requirement.in }),
    ...(version !== undefined && { version }),
    ...(ideal !== undefined && { ideal: idealOf(ideal) }),
    penalty,
    ...(penalties !== undefined && { penalties }),
  };
}

function idealOf(ideal: AttributeIdeal): NonNullable<Wanted["ideal"]> {
  return {
    ...amounts(ideal),
    ...(ideal.in !== undefined && { in: ideal.in }),
    ...(ideal.version !== undefined && { version: ideal.version }),
  };
}

interface Ends {
  readonly min?: string | number | undefined;
  readonly max?: string | number | undefined;
}

function amounts(ends: Ends): Range {
  return rangeOf(ends, parseQuantity);
}

function millisecondRange(ends: Ends): Range {
  return rangeOf(ends, (duration) => parseDuration(String(duration)));
}

function rangeOf({ min, max }: Ends, read: (end: string | number) => number | undefined): Range {
  const low = min === undefined ? undefined : read(min);
  const high = max === undefined ? undefined : read(max);
  return { ...(low !== undefined && { min: low }), ...(high !== undefined && { max: high }) };
}
