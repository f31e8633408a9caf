import {
  type Component,
  type ComponentTemplate,
  type Fencing,
  forbidden,
  invalidValue,
  type Monitor,
} from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { command, immutable, insidePath, percentRules, positiveDuration, unique } from "./checks.ts";
import { policyRules } from "./policy-rules.ts";
import { requirementRules } from "./requirement-rules.ts";

/** What holds for a component, in an application or by itself. */
export function componentTemplateRules(field: string, component: ComponentTemplate): StatusCause[] {
  return [
    ...minReadyRules(`${field}.minReady`, component),
    ...(component.everyResource && component.spares > 0
      ? [forbidden(`${field}.spares`, "may not be set beside everyResource: every machine has its member already")]
      : []),
    ...percentRules(`${field}.prefetch`, component.prefetch),
    ...requirementRules(`${field}.resources`, component.resources),
    ...unique(`${field}.software`, "", component.software),
    ...monitorRules(`${field}.monitors`, component.monitors),
    ...fencingRules(`${field}.fencing`, component.fencing),
  ];
}

export function componentRules({ spec }: Component, old?: Component): StatusCause[] {
  return [
    ...componentTemplateRules("spec", spec),
    ...policyRules(spec),
    ...unique("spec.ports", "", spec.ports),
    ...command("spec.cleanup.command", spec.cleanup.command),
    ...(spec.cleanup.keep ?? []).flatMap((glob, index) => insidePath(`spec.cleanup.keep[${index}]`, glob)),
    ...(old === undefined
      ? []
      : [
          ...immutable("spec.name", spec.name, old.spec.name),
          ...immutable("spec.applicationName", spec.applicationName, old.spec.applicationName),
        ]),
  ];
}

/**
 * Shorter ones would end for a hiccup of the network; and for the longest of all everybody waits after a restore, when
 * nobody knows what was granted.
 */
export const fencingLimits = { shortestMs: 3000, longestMs: 300_000 } as const;

function fencingRules(field: string, fencing: Fencing | undefined): StatusCause[] {
  if (fencing === undefined) return [];
  const leaseMs = parseDuration(fencing.leaseDuration) ?? 0;
  if (leaseMs >= fencingLimits.shortestMs && leaseMs <= fencingLimits.longestMs) return [];
  return [invalidValue(`${field}.leaseDuration`, fencing.leaseDuration, "must be between 3s and 5m")];
}

function monitorRules(field: string, monitors: readonly Monitor[]): StatusCause[] {
  return [
    ...unique(
      field,
      "name",
      monitors.map(({ name }) => name),
    ),
    ...monitors.flatMap(({ exec, period, timeout }, index) => [
      ...command(`${field}[${index}].exec.command`, exec.command),
      ...positiveDuration(`${field}[${index}].period`, period),
      ...positiveDuration(`${field}[${index}].timeout`, timeout),
    ]),
  ];
}

function minReadyRules(field: string, { minReady, replicas, everyResource }: ComponentTemplate): StatusCause[] {
  if (everyResource || minReady === undefined) return [];
  if (typeof minReady === "number" && minReady > replicas)
    return [invalidValue(field, minReady, `must not be more than replicas (${replicas})`)];
  return percentRules(field, minReady);
}
