import { parse } from "yaml";
import { fields } from "../merge/index.ts";
import type { Inventory, InventoryGroup, Variables } from "./ansible-model.ts";
import { expandRange } from "./host-range.ts";

/** Reads an inventory in Ansible's YAML format: groups with hosts, children and vars. */
export function readYamlInventory(text: string): Inventory {
  const hosts = new Map<string, Variables>();
  const groups = new Map<string, InventoryGroup>();
  const read = (name: string, body: unknown): void => {
    const { hosts: own, children, vars } = fields(body);
    const names = Object.entries(fields(own)).flatMap(([pattern, variables]) => {
      const expanded = expandRange(pattern);
      for (const host of expanded) hosts.set(host, { ...hosts.get(host), ...texts(variables) });
      return expanded;
    });
    const before = groups.get(name);
    groups.set(name, {
      hosts: [...(before?.hosts ?? []), ...names],
      children: [...(before?.children ?? []), ...Object.keys(fields(children))],
      variables: { ...before?.variables, ...texts(vars) },
    });
    for (const [child, inner] of Object.entries(fields(children))) read(child, inner);
  };
  for (const [name, body] of Object.entries(fields(parse(text, { maxAliasCount: 100 })))) read(name, body);
  return { hosts, groups };
}

/** Of variables those that are one word: no others say how a machine is reached. */
function texts(value: unknown): Variables {
  return Object.fromEntries(
    Object.entries(fields(value)).flatMap(([key, inner]) =>
      typeof inner === "string" || typeof inner === "number" || typeof inner === "boolean"
        ? [[key, String(inner)]]
        : [],
    ),
  );
}
