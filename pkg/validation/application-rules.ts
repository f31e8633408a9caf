import {
  type Application,
  type ComponentTemplate,
  invalidValue,
  type PhaseTemplate,
  type ProcessTemplate,
  required,
} from "../api/index.ts";
import { findCycle } from "../graph/index.ts";
import type { StatusCause } from "../status/index.ts";
import { command, insidePath, unique } from "./checks.ts";
import { componentTemplateRules } from "./component-rules.ts";
import { phaseTemplateRules } from "./phase-rules.ts";
import { policyRules } from "./policy-rules.ts";
import { namedTargets } from "./requirement-rules.ts";

export function applicationRules({ spec }: Application): StatusCause[] {
  const { components, phases } = spec;
  return [
    ...unique(
      "spec.components",
      "name",
      components.map((one) => one.name),
    ),
    ...components.flatMap((one, index) => componentTemplateRules(`spec.components[${index}]`, one)),
    ...components.flatMap((one, index) => targetRules(`spec.components[${index}].resources`, one, components)),
    ...unique(
      "spec.phases",
      "name",
      phases.map((one) => one.name),
    ),
    ...phases.flatMap((one, index) => phaseRulesHere(`spec.phases[${index}]`, one, spec)),
    ...cycleRules(phases),
    ...policyRules(spec),
    ...command("spec.cleanup.command", spec.cleanup.command),
    ...(spec.cleanup.keep ?? []).flatMap((glob, index) => insidePath(`spec.cleanup.keep[${index}]`, glob)),
  ];
}

/** Members keep near to, or away from, components of the application; from each other they do so by `within`. */
function targetRules(field: string, own: ComponentTemplate, components: readonly ComponentTemplate[]): StatusCause[] {
  const names = components.map(({ name }) => name);
  return namedTargets(field, own.resources).flatMap((target) => {
    if (target.name === own.name)
      return [invalidValue(target.field, target.name, "is the component itself: use within")];
    return names.includes(target.name) ? [] : [undefinedName(target.field, target.name, "component", names)];
  });
}

function phaseRulesHere(
  field: string,
  phase: PhaseTemplate,
  { components, phases }: Application["spec"],
): StatusCause[] {
  const names = phases.map((one) => one.name);
  const componentNames = components.map((one) => one.name);
  return [
    ...phaseTemplateRules(field, phase, membersOf(phase, components), componentNames),
    ...phase.after.flatMap((name, index) =>
      names.includes(name) ? [] : [undefinedName(`${field}.after[${index}]`, name, "phase", names)],
    ),
    ...phase.processes.flatMap((one, index) => placeRules(`${field}.processes[${index}]`, one, components)),
    ...(phase.work === undefined ? [] : placeRules(`${field}.work`, phase.work, components)),
  ];
}

function undefinedName(field: string, name: string, what: string, names: readonly string[]): StatusCause {
  return invalidValue(field, name, `is no ${what} of the application (it has ${names.join(", ")})`);
}

/** A process names a component that there is, and ordinals that it has. */
function placeRules(
  field: string,
  { component: name, ordinals }: Pick<ProcessTemplate, "component" | "ordinals">,
  components: readonly ComponentTemplate[],
): StatusCause[] {
  const names = components.map((one) => one.name);
  if (name === undefined && components.length > 1)
    return [required(`${field}.component`, `the application has more than one (${names.join(", ")})`)];
  const component = componentOf(name, components);
  if (component === undefined) return [undefinedName(`${field}.component`, name ?? "", "component", names)];
  return ordinals === undefined ? [] : ordinalRules(`${field}.ordinals`, ordinals, component);
}

function ordinalRules(field: string, ordinals: string, component: ComponentTemplate): StatusCause[] {
  for (const { first, last } of rangesOf(ordinals)) {
    if (last < first) return [invalidValue(field, ordinals, `the range ${first}-${last} is empty`)];
    if (!component.everyResource && last >= component.replicas) {
      const has = component.replicas === 0 ? "has no members" : `has ordinals 0 to ${component.replicas - 1}`;
      return [invalidValue(field, ordinals, `component ${component.name} ${has}`)];
    }
  }
  return [];
}

interface OrdinalRange {
  readonly first: number;
  readonly last: number;
}

function rangesOf(ordinals: string): OrdinalRange[] {
  return ordinals.split(",").map((range) => {
    const [first = "0", last = first] = range.split("-");
    return { first: Number(first), last: Number(last) };
  });
}

function componentOf(
  name: string | undefined,
  components: readonly ComponentTemplate[],
): ComponentTemplate | undefined {
  return name === undefined ? components[0] : components.find((one) => one.name === name);
}

/** How many members a phase can expect; undefined where that is not known. */
function membersOf(phase: PhaseTemplate, components: readonly ComponentTemplate[]): number | undefined {
  const names = new Set(phase.processes.map((one) => componentOf(one.component, components)?.name));
  const taking = components.filter((one) => names.has(one.name));
  if (taking.length < names.size || taking.some((one) => one.everyResource)) return undefined;
  return taking.reduce((sum, one) => sum + one.replicas, 0);
}

function cycleRules(phases: readonly PhaseTemplate[]): StatusCause[] {
  const cycle = findCycle(phases);
  if (cycle === undefined) return [];
  const [first] = cycle;
  const index = phases.findIndex((phase) => phase.name === first);
  return [invalidValue(`spec.phases[${index}].after`, first, `phases wait for each other: ${cycle.join(" → ")}`)];
}
