import { StatusError } from "../status/index.ts";
import { isObject } from "./json.ts";

/** A path leads nowhere, or not to what was expected. */
export class NotThere extends Error {}

/** What a stack holds many times over; no document that a server takes is nested as deep. */
const maxCopiedDepth = 1000;

type Container = unknown[] | Record<string, unknown>;

/**
 * A JSON document that is changed in many small steps without changing what it was made of: each object and list is
 * copied when it is first written to, and only then. Paths are lists of keys and indexes; "-" is the end of a list.
 */
export class JsonDraft {
  #root: unknown;
  readonly #own = new WeakSet<object>();
  #copiesLeft: number;

  /** `maxCopied`: values that `copyOf` may make. */
  constructor(root: unknown, maxCopied: number) {
    this.#root = root;
    this.#copiesLeft = maxCopied;
  }

  get value(): unknown {
    return this.#root;
  }

  /** Throws NotThere where nothing is. */
  read(path: readonly string[]): unknown {
    let value = this.#root;
    for (const token of path) value = memberOf(value, token);
    return value;
  }

  add(path: readonly string[], value: unknown): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.#writable(path.slice(0, -1), last);
    if (!Array.isArray(parent)) parent[last] = value;
    else parent.splice(last === "-" ? parent.length : indexIn(parent, last, parent.length), 0, value);
  }

  replace(path: readonly string[], value: unknown): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.#writable(path.slice(0, -1), last);
    memberOf(parent, last);
    if (Array.isArray(parent)) parent[Number(last)] = value;
    else parent[last] = value;
  }

  remove(path: readonly string[]): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = null;
      return;
    }
    const parent = this.#writable(path.slice(0, -1), last);
    memberOf(parent, last);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }

  /** A copy that has nothing in common with what is there. Throws RequestEntityTooLarge where copies become too many. */
  copyOf(path: readonly string[]): unknown {
    return this.#copy(this.read(path), 0);
  }

  #copy(value: unknown, depth: number): unknown {
    if (this.#copiesLeft-- <= 0 || depth > maxCopiedDepth)
      throw new StatusError("RequestEntityTooLarge", "the operations copy more than one patch may");
    if (Array.isArray(value)) return value.map((item) => this.#copy(item, depth + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.#copy(member, depth + 1)]));
  }

  /** The object or list at a path, made our own, with all on the way to it. */
  #writable(path: readonly string[], member: string): Container {
    let container = this.#ownCopy(this.#root, path[0] ?? member);
    this.#root = container;
    for (const [index, token] of path.entries()) {
      const inner = this.#ownCopy(memberOf(container, token), path[index + 1] ?? member);
      if (Array.isArray(container)) container[Number(token)] = inner;
      else container[token] = inner;
      container = inner;
    }
    return container;
  }

  #ownCopy(value: unknown, member: string): Container {
    if (!Array.isArray(value) && !isObject(value)) throw new NotThere(`${JSON.stringify(member)} does not exist`);
    if (this.#own.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
    this.#own.add(copy);
    return copy;
  }
}

function memberOf(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return value[indexIn(value, token, value.length - 1)] as unknown;
  const member = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  if (member === undefined) throw new NotThere(`${JSON.stringify(token)} does not exist`);
  return member;
}

function indexIn(list: readonly unknown[], token: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > highest)
    throw new NotThere(`${JSON.stringify(token)} is not an index of a list of ${list.length}`);
  return Number(token);
}
