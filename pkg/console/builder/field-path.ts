import { isObject } from "../../merge/index.ts";
import type { Path } from "./edit-value.ts";

/**
 * The path of a field as the server names it: spec.phases[0].after, spec.env[name="A"].value, metadata.labels[a.b/c]. Names
 * hold dots: the longest that the object has is meant. What is not there is read as it is written.
 */
export function readField(value: unknown, field: string): Path {
  const path: (string | number)[] = [];
  let current = value;
  let rest = field.replace(/^\./, "");
  while (rest !== "") {
    const step = Array.isArray(current) ? listStep(current, rest) : memberStep(current, rest);
    path.push(step.key);
    current = childOf(current, step.key);
    rest = rest.slice(step.length).replace(/^\./, "");
  }
  return path;
}

interface Step {
  readonly key: string | number;
  readonly length: number;
}

function listStep(items: readonly unknown[], rest: string): Step {
  const [whole = "", inner = ""] = /^\[([^\]]*)\]/.exec(rest) ?? [];
  if (whole === "") return memberStep(undefined, rest);
  const [, key = "", quoted = ""] = /^(\w+)="(.*)"$/.exec(inner) ?? [];
  if (key === "") return { key: /^\d+$/.test(inner) ? Number(inner) : inner, length: whole.length };
  const index = items.findIndex((item) => isObject(item) && String(item[key]) === quoted);
  return { key: Math.max(index, 0), length: whole.length };
}

function memberStep(current: unknown, rest: string): Step {
  const [whole, quoted, plain] = /^\[(?:"((?:[^"\\]|\\.)*)"|([^\]]*))\]/.exec(rest) ?? [];
  if (whole !== undefined) {
    const key = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
    // A position where there is no list yet.
    return { key: quoted === undefined && /^\d+$/.test(key) ? Number(key) : key, length: whole.length };
  }
  const names = isObject(current) ? Object.keys(current) : [];
  const fitting = names.filter((name) => rest.startsWith(name) && /^([.[]|$)/.test(rest.slice(name.length)));
  const longest = fitting.sort((one, other) => other.length - one.length)[0];
  const key = longest ?? /^[^.[]+/.exec(rest)?.[0] ?? rest;
  return { key, length: Math.max(key.length, 1) };
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return isObject(value) ? value[key] : undefined;
}
