import { type KubeObject, kinds, parseLabelSelector } from "../../api/index.ts";
import { queryGroup } from "../../manifests/index.ts";
import type { Arguments } from "../arguments.ts";
import { UsageError } from "../usage-error.ts";
import { dig, fields, list } from "../wire-fields.ts";
import {
  type GroupTerm,
  type QueryGroupManifest,
  type QueryManifest,
  type ResourcesManifest,
  readAttribute,
  readLatency,
} from "./term.ts";

type Spec = QueryManifest["spec"];

/** The question that the flags ask. Throws UsageError. */
export function querySpec(args: Arguments): Spec {
  const groups = groupsOf(args);
  const attributes = args.texts("attr").map(readAttribute);
  const latency = args.texts("latency").map(readLatency);
  const spread = args.texts("spread").map(readSpread);
  const known = new Set(groups.map(({ name }) => name));
  for (const { group } of [...attributes, ...latency])
    if (group !== undefined && !known.has(group)) throw new UsageError(`there is no --group ${group}`);
  const shared = sharedResources(args);
  return {
    groups: groups.map((group): QueryGroupManifest => {
      const own = <T>(terms: readonly GroupTerm<T>[]): readonly T[] =>
        terms.filter((one) => one.group === undefined || one.group === group.name).map(({ term }) => term);
      // What is to be near to a group is every other group.
      const near = own(latency).filter(({ to }) => to !== group.name);
      return { ...group, resources: { ...shared, attributes: own(attributes), latency: near, spread } };
    }),
  };
}

function groupsOf(args: Arguments): readonly Pick<QueryGroupManifest, "name" | "count">[] {
  const named = args.texts("group");
  const count = args.number("count") ?? 1;
  if (named.length === 0) return [{ name: "machines", count }];
  return named.map((text) => {
    const [, name, own] = /^([a-z0-9-]+)(?:=(\d+))?$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`--group: ${JSON.stringify(text)} is not NAME or NAME=COUNT`);
    return { name, count: own === undefined ? count : Number(own) };
  });
}

function readSpread(text: string): NonNullable<ResourcesManifest["spread"]>[number] {
  const [, by, skew] = /^([^=]+)(?:=(\d+))?$/.exec(text) ?? [];
  if (by === undefined) throw new UsageError(`--spread: ${JSON.stringify(text)} is not LABEL or LABEL=MAXSKEW`);
  return { by, ...(skew !== undefined && { maxSkew: Number(skew) }) };
}

function sharedResources(args: Arguments): ResourcesManifest {
  const pools = args.texts("pool");
  const requests = args.text("requests");
  const selector = args.text("selector");
  return {
    ...(pools.length > 0 && { pools }),
    ...(selector !== undefined && { selector: readSelector(selector) }),
    ...(requests !== undefined && { requests: readRequests(requests) }),
  };
}

function readRequests(text: string): NonNullable<ResourcesManifest["requests"]> {
  const pairs = text.split(",").map((pair) => /^(cpu|memory)=(.+)$/.exec(pair));
  if (pairs.includes(null)) throw new UsageError(`--requests: ${JSON.stringify(text)} is not cpu=AMOUNT,memory=AMOUNT`);
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
}

function readSelector(text: string): NonNullable<ResourcesManifest["selector"]> {
  const requirements = parseLabelSelector(text);
  if (requirements === undefined) throw new UsageError(`--selector: ${JSON.stringify(text)} is no label selector`);
  return {
    matchExpressions: requirements.map(({ key, operator, values }) => {
      if (operator === "Gt" || operator === "Lt") throw new UsageError("--selector: for numbers there is --attr");
      return { key, operator, ...(values.length > 0 && { values }) };
    }),
  };
}

/**
 * The question of a manifest: a ResourceQuery's own; of an application or a component, which machines its members would like.
 * The server looks at what is in it.
 */
export function specOf(object: KubeObject): object | undefined {
  const { spec } = fields(object);
  if (object.kind === kinds.ResourceQuery.kind) return fields(spec);
  if (object.kind === kinds.Application.kind) return { groups: list(dig(spec, "components")).map(queryGroup) };
  return object.kind === kinds.Component.kind ? { groups: [queryGroup(spec)] } : undefined;
}
