import type { KindInfo, KubeObject } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { Entry } from "../store/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { countMembers, memberText, valueAt } from "./json-member.ts";
import { showObject } from "./views/views.ts";

/** An object in one of its states: as a value, and as the text that is sent. Each is made when it is asked for. */
export interface ObjectState {
  readonly object: ApiObject;
  /** JSON. */
  readonly text: string;
  /** JSON of its metadata. */
  readonly metadataText: string;
  /** What stands at a path of fields; undefined where there is nothing. */
  at(path: readonly string[]): unknown;
  /** How many members an object that is one of its fields has; 0 where there is none. */
  count(field: string): number;
  /** The object for a short look, as over many of them: not kept, and not to be handed on. */
  readonly glance: ApiObject;
  /** Equal for two that are the same state of the same object. */
  readonly identity: object;
}

/** The object in an entry, to be opened where it is kept sealed, and in the shape of the kind where that is a view. */
export function stateIn(backend: Backend, kind: KindInfo, entry: Entry): ObjectState {
  if (kind.viewOf !== undefined) return viewState(backend, kind, entry);
  return isSealed(kind) ? new SealedState(backend, entry) : new PlainState(entry);
}

/** A state that is in no entry. */
export function stateOf(object: ApiObject): ObjectState {
  return new LooseState(object);
}

/** True where objects of a kind are stored sealed. */
export function isSealed(kind: KindInfo): boolean {
  return kind.kind === "Secret" && kind.group === "";
}

/** What was stored was decoded when it was written; this is where that is relied upon. */
export function asApiObject(value: KubeObject | JsonObject): ApiObject {
  return value as ApiObject;
}

function readFields(object: ApiObject, path: readonly string[]): unknown {
  let value: unknown = object;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function countFields(value: unknown): number {
  return isObject(value) ? Object.keys(value).length : 0;
}

class PlainState implements ObjectState {
  readonly identity: Entry;
  /** Texts of its members, as far as they were asked for: a row has several cells of one. */
  #members: Map<string, string | undefined> | undefined;

  constructor(entry: Entry) {
    this.identity = entry;
  }

  get object(): ApiObject {
    return asApiObject(this.identity.value);
  }

  get text(): string {
    return this.identity.text;
  }

  get metadataText(): string {
    return this.#member("metadata") ?? "{}";
  }

  at([first = "", ...rest]: readonly string[]): unknown {
    const member = this.#member(first);
    return member === undefined ? undefined : valueAt(member, rest);
  }

  count(field: string): number {
    return countMembers(this.#member(field) ?? "");
  }

  #member(name: string): string | undefined {
    this.#members ??= new Map();
    if (!this.#members.has(name)) this.#members.set(name, memberText(this.identity.text, name));
    return this.#members.get(name);
  }

  get glance(): ApiObject {
    return asApiObject(this.identity.peek());
  }
}

class SealedState implements ObjectState {
  readonly identity: Entry;
  readonly #backend: Backend;

  constructor(backend: Backend, entry: Entry) {
    this.#backend = backend;
    this.identity = entry;
  }

  get object(): ApiObject {
    return asApiObject(this.#backend.sealer.open(this.identity.value));
  }

  get text(): string {
    return JSON.stringify(this.object);
  }

  get metadataText(): string {
    return JSON.stringify(this.object.metadata);
  }

  at(path: readonly string[]): unknown {
    return readFields(this.object, path);
  }

  count(field: string): number {
    return countFields(this.object[field]);
  }

  get glance(): ApiObject {
    return this.object;
  }
}

/** Views of this turn: all who are told of a change in one share what they are told. */
const viewStates = new Map<KindInfo, Map<Entry, ViewState>>();

function viewState(backend: Backend, kind: KindInfo, entry: Entry): ViewState {
  if (viewStates.size === 0) setImmediate(() => viewStates.clear());
  const states = viewStates.get(kind) ?? new Map<Entry, ViewState>();
  viewStates.set(kind, states);
  const state = states.get(entry) ?? new ViewState(backend, kind, entry);
  states.set(entry, state);
  return state;
}

class ViewState implements ObjectState {
  readonly #backend: Backend;
  readonly #kind: KindInfo;
  readonly #entry: Entry;
  #object: ApiObject | undefined;
  #text: string | undefined;

  constructor(backend: Backend, kind: KindInfo, entry: Entry) {
    this.#backend = backend;
    this.#kind = kind;
    this.#entry = entry;
  }

  get object(): ApiObject {
    this.#object ??= showObject(this.#backend, this.#kind, asApiObject(this.#entry.peek()));
    return this.#object;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.object);
    return this.#text;
  }

  get metadataText(): string {
    return JSON.stringify(this.object.metadata);
  }

  at(path: readonly string[]): unknown {
    return readFields(this.object, path);
  }

  count(field: string): number {
    return countFields(this.object[field]);
  }

  get glance(): ApiObject {
    return this.object;
  }

  /** Not the entry: who watches what it shows has lines of another shape. */
  get identity(): object {
    return this;
  }
}

class LooseState implements ObjectState {
  readonly object: ApiObject;
  #text: string | undefined;

  constructor(object: ApiObject) {
    this.object = object;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.object);
    return this.#text;
  }

  get metadataText(): string {
    return JSON.stringify(this.object.metadata);
  }

  at(path: readonly string[]): unknown {
    return readFields(this.object, path);
  }

  count(field: string): number {
    return countFields(this.object[field]);
  }

  get glance(): ApiObject {
    return this.object;
  }

  get identity(): object {
    return this;
  }
}
