import {
  type AffinityRule,
  type AttributeRequirement,
  forbidden,
  invalidValue,
  type LabelSelector,
  type LatencyRequirement,
  parseQuantity,
  type ResourceRequirements,
  required,
  type Toleration,
} from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { exactlyOne, unique } from "./checks.ts";
import { notNegative } from "./run-rules.ts";

/** What holds for `resources`, of a component or of a group of a query. */
export function requirementRules(field: string, resources: ResourceRequirements): StatusCause[] {
  const { pool, pools, selector, attributes, spread, tolerations, requests, latency, affinity, antiAffinity } =
    resources;
  return [
    ...(pool !== undefined && pools !== undefined ? [forbidden(`${field}.pools`, "may not be set beside pool")] : []),
    ...unique(`${field}.pools`, "", pools ?? []),
    ...selectorRules(`${field}.selector`, selector),
    ...unique(
      `${field}.attributes`,
      "name",
      attributes.map((one) => one.name),
    ),
    ...attributes.flatMap((one, index) => attributeRules(`${field}.attributes[${index}]`, one)),
    ...unique(
      `${field}.spread`,
      "by",
      spread.map((one) => one.by),
    ),
    ...tolerations.flatMap((one, index) => tolerationRules(`${field}.tolerations[${index}]`, one)),
    ...notNegative(`${field}.requests.cpu`, requests?.cpu),
    ...notNegative(`${field}.requests.memory`, requests?.memory),
    ...latency.flatMap((one, index) => latencyRules(`${field}.latency[${index}]`, one)),
    ...affinity.flatMap((one, index) => affinityRules(`${field}.affinity[${index}]`, one)),
    ...antiAffinity.flatMap((one, index) => affinityRules(`${field}.antiAffinity[${index}]`, one)),
  ];
}

/** Whom the members keep near to or away from: components or groups, each with the field that names it. */
export function namedTargets(
  field: string,
  { latency, affinity, antiAffinity }: ResourceRequirements,
): readonly { readonly field: string; readonly name: string }[] {
  const lists = { latency, affinity, antiAffinity };
  return Object.entries(lists).flatMap(([list, rules]) =>
    rules.flatMap(({ to }, index) => (to === undefined ? [] : [{ field: `${field}.${list}[${index}].to`, name: to }])),
  );
}

/** As Kubernetes' label selectors: In and NotIn want values, Exists and DoesNotExist none. */
function selectorRules(field: string, selector: LabelSelector | undefined): StatusCause[] {
  return (selector?.matchExpressions ?? []).flatMap(({ operator, values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}].values`;
    const wantsValues = operator === "In" || operator === "NotIn";
    if (wantsValues && values.length === 0) return [required(at, `for operator ${operator}`)];
    return !wantsValues && values.length > 0 ? [forbidden(at, `may not be set for operator ${operator}`)] : [];
  });
}

function attributeRules(field: string, attribute: AttributeRequirement): StatusCause[] {
  const { min, max, in: values, ideal, version, penalties } = attribute;
  const says = [min, max, values, ideal, version, penalties].some((one) => one !== undefined);
  return [
    ...(says ? [] : [required(field, "one of min, max, in, version, ideal, penalties")]),
    ...rangeRules(`${field}.max`, min, max),
    ...rangeRules(`${field}.ideal.max`, ideal?.min, ideal?.max),
  ];
}

function rangeRules(
  field: string,
  min: number | string | undefined,
  max: number | string | undefined,
  read: (end: number | string) => number | undefined = parseQuantity,
): StatusCause[] {
  if (min === undefined || max === undefined) return [];
  const isOrdered = (read(min) ?? 0) <= (read(max) ?? 0);
  return isOrdered ? [] : [invalidValue(field, max, `must not be less than min (${min})`)];
}

function tolerationRules(field: string, { key, operator, value }: Toleration): StatusCause[] {
  return [
    ...(operator === "Equal" && key === undefined ? [required(`${field}.key`, "for operator Equal")] : []),
    ...(operator === "Exists" && value !== undefined
      ? [forbidden(`${field}.value`, "may not be set for operator Exists")]
      : []),
  ];
}

function latencyRules(field: string, requirement: LatencyRequirement): StatusCause[] {
  const { within, to, resource, pairs, min, max, ideal } = requirement;
  const milliseconds = (end: number | string): number | undefined => parseDuration(String(end));
  const says = [min, max, ideal].some((one) => one !== undefined);
  return [
    ...exactlyOne(field, { within, to, resource }),
    ...(says ? [] : [required(field, "one of min, max, ideal")]),
    ...(pairs === "Closest" && to === undefined ? [forbidden(`${field}.pairs`, "Closest is for `to` alone")] : []),
    ...rangeRules(`${field}.max`, min, max, milliseconds),
    ...rangeRules(`${field}.ideal.max`, ideal?.min, ideal?.max, milliseconds),
  ];
}

function affinityRules(field: string, { within, to, by }: AffinityRule): StatusCause[] {
  return [
    ...exactlyOne(field, { within, to }),
    // perMachine says how many members a machine may have.
    ...(within !== undefined && by === undefined ? [required(`${field}.by`, "for within")] : []),
  ];
}
