import type { KindInfo, KubeObject } from "../../api/index.ts";
import { fields } from "../wire-fields.ts";
import { applicationDescriber } from "./application.ts";
import type { Describer } from "./describer.ts";
import { poolDescriber, resourceDescriber } from "./machines.ts";
import { claimDescriber, componentDescriber, phaseDescriber, processDescriber } from "./members.ts";
import type { Section } from "./section.ts";
import { valueLines } from "./value-lines.ts";

const byKind: Readonly<Record<string, Describer>> = {
  Application: applicationDescriber,
  Component: componentDescriber,
  Claim: claimDescriber,
  Phase: phaseDescriber,
  Process: processDescriber,
  ResourcePool: poolDescriber,
  Resource: resourceDescriber,
};

/** How a kind is described: by all its fields, where nothing better is known. */
export function describerOf(kind: KindInfo): Describer {
  return kind.group === "plush.dev" ? (byKind[kind.kind] ?? generic) : generic;
}

const generic: Describer = {
  related: () => [],
  summary: () => [],
  detail: (object) => outline(object),
};

function outline(object: KubeObject): Section[] {
  const shown = object.kind === "Secret" ? withoutValues(object) : object;
  return Object.entries(shown)
    .filter(([name]) => !["apiVersion", "kind", "metadata"].includes(name))
    .map(([name, value]) => section(name, name === "status" ? withoutConditions(value) : value));
}

function section(name: string, value: unknown): Section {
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  if (typeof value !== "object" || value === null) return { title, value: String(value) };
  return { title, lines: valueLines(value) };
}

/** Conditions have a table of their own. */
function withoutConditions(status: unknown): unknown {
  const { conditions: _, ...rest } = fields(status);
  return rest;
}

/** What a Secret holds is not shown, only how much. */
function withoutValues(secret: KubeObject): KubeObject {
  const data = fields(fields(secret)["data"]);
  const sizes = Object.entries(data).map(([name, value]) => [
    name,
    `${Buffer.from(String(value), "base64").length} bytes`,
  ]);
  return Object.assign({}, secret, { data: Object.fromEntries(sizes) });
}
