import type { Manifests } from "../../api/index.ts";
import { UsageError } from "../usage-error.ts";

export type QueryManifest = Manifests["ResourceQuery"];
export type QueryGroupManifest = QueryManifest["spec"]["groups"][number];
export type ResourcesManifest = NonNullable<QueryGroupManifest["resources"]>;
type AttributeTerm = NonNullable<ResourcesManifest["attributes"]>[number];
type LatencyTerm = NonNullable<ResourcesManifest["latency"]>[number];

/** A term of the command line; `group`: of that one alone. */
export interface GroupTerm<T> {
  readonly group?: string;
  readonly term: T;
}

const attributeHelp = "NAME>=VALUE, NAME<=VALUE or NAME=VALUE|VALUE, then ,ideal<=VALUE and ,penalty=NUMBER";
const latencyHelp = "<=DURATION, then ,ideal<=DURATION, ,penalty=NUMBER and ,closest";

interface Bound {
  readonly name: string;
  readonly sign: string;
  readonly value: string;
}

/** "[GROUP:]load.1m<=8,ideal<=1,penalty=5": an attribute. A value such as v5.10 is a version. Throws UsageError. */
export function readAttribute(text: string): GroupTerm<AttributeTerm> {
  const { group, rest } = splitGroup(text);
  let term: AttributeTerm | undefined = { name: "" };
  for (const [at, part] of rest.split(",").entries()) term = term && withAttribute(term, part, at === 0);
  if (term === undefined || term.name === "")
    throw new UsageError(`--attr: ${JSON.stringify(text)} is not ${attributeHelp}`);
  return { ...(group !== undefined && { group }), term };
}

/** The term with one part more; undefined where the part is none. */
function withAttribute(term: AttributeTerm, part: string, isFirst: boolean): AttributeTerm | undefined {
  const bound = readBound(part);
  if (bound === undefined) return undefined;
  if (isFirst) return { name: bound.name, ...attributeBound(bound, undefined) };
  if (bound.name === "penalty" && bound.sign === "=") return withPenalty(term, bound.value);
  if (bound.name === "ideal") return { ...term, ideal: { ...term.ideal, ...attributeBound(bound, term.ideal) } };
  return bound.name === "" ? { ...term, ...attributeBound(bound, term) } : undefined;
}

/**
 * "[GROUP:][TARGET]<=100ms,ideal<=20ms,penalty=2": a latency, to another group or component, to @MACHINE, or, without a
 * target, within the group. Throws UsageError.
 */
export function readLatency(text: string): GroupTerm<LatencyTerm> {
  const { group, rest } = splitGroup(text);
  let term: LatencyTerm | undefined = {};
  for (const [at, part] of rest.split(",").entries()) term = term && withLatency(term, part, at === 0);
  if (term === undefined) throw new UsageError(`--latency: ${JSON.stringify(text)} is not [TARGET]${latencyHelp}`);
  return { ...(group !== undefined && { group }), term };
}

/** The term with one part more; undefined where the part is none. */
function withLatency(term: LatencyTerm, part: string, isFirst: boolean): LatencyTerm | undefined {
  if (part === "closest" && !isFirst) return { ...term, pairs: "Closest" };
  const bound = readBound(part);
  if (bound === undefined) return undefined;
  if (bound.name === "penalty" && bound.sign === "=" && !isFirst) return withPenalty(term, bound.value);
  if (bound.sign === "=") return undefined;
  if (isFirst) return { ...targetOf(bound.name), ...rangeEnd(bound) };
  if (bound.name === "ideal") return { ...term, ideal: { ...term.ideal, ...rangeEnd(bound) } };
  return bound.name === "" ? { ...term, ...rangeEnd(bound) } : undefined;
}

function splitGroup(text: string): { readonly group?: string; readonly rest: string } {
  const [, group, rest = text] = /^([a-z0-9-]+):(.*)$/s.exec(text) ?? [];
  return { ...(group !== undefined && { group }), rest };
}

function readBound(part: string): Bound | undefined {
  const [all, name = "", sign = "", value = ""] = /^([^<>=]*)(<=|>=|=)([^<>=]+)$/.exec(part.trim()) ?? [];
  return all === undefined ? undefined : { name, sign, value };
}

function withPenalty<T>(term: T, text: string): (T & { readonly penalty: number }) | undefined {
  const penalty = Number(text);
  return Number.isFinite(penalty) && penalty >= 0 ? { ...term, penalty } : undefined;
}

interface AttributeBounds {
  readonly version?: { readonly min?: string; readonly max?: string };
}

function attributeBound(bound: Bound, known: AttributeBounds | undefined) {
  if (bound.sign === "=") return { in: bound.value.split("|") };
  if (/^v\d/.test(bound.value))
    return { version: { ...known?.version, ...rangeEnd({ ...bound, value: bound.value.slice(1) }) } };
  return rangeEnd(bound);
}

function rangeEnd({ sign, value }: Bound): { readonly min: string } | { readonly max: string } {
  return sign === ">=" ? { min: value } : { max: value };
}

function targetOf(name: string): LatencyTerm {
  if (name === "") return { within: true };
  return name.startsWith("@") ? { resource: name.slice(1) } : { to: name };
}
