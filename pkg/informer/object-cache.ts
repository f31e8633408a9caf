import { type KubeObject, keyOf, keyText, type ObjectKey } from "../api/index.ts";
import type { Cache } from "./cache.ts";

/** Deleted objects that are remembered; far more than can be on their way at a time. */
const maxTombstones = 10_000;

/** By what an object is looked up. One that was asked for with objects of a kind is only ever called with these. */
type Terms = (object: KubeObject) => readonly string[];

/** Those that read nothing but what hardly ever changes. */
const metadataTerms = new WeakSet<Terms>();

function ofMetadata(term: (object: KubeObject) => string | undefined): Terms {
  const terms: Terms = (object) => {
    const found = term(object);
    return found === undefined ? nothing : [found];
  };
  metadataTerms.add(terms);
  return terms;
}

/** Most changes are of a status: metadata shares its parts then. */
function hasSameTerms({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  return (
    before.namespace === after.namespace &&
    before.labels === after.labels &&
    before.ownerReferences === after.ownerReferences
  );
}

const nothing: readonly never[] = [];

const byNamespace = ofMetadata(({ metadata }) => metadata.namespace ?? "");
const byOwner = ofMetadata(({ metadata }) => metadata.ownerReferences?.find(({ controller }) => controller)?.uid);

/** What a change was: undefined on one side for creation and deletion. */
export interface CacheChange<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/**
 * The cache with its writing side. Objects come from two sources that are not in step, the watch and the answers to
 * this process's own writes; the higher resourceVersion wins, and what was deleted does not come back: a uid is never
 * used twice.
 */
export class ObjectCache<T extends KubeObject> implements Cache<T> {
  readonly #all = new Bucket<T>();
  readonly #byUid = new Map<string, T>();
  /** Those that readers asked for, by what makes an object's terms in it: what nobody asks by costs nothing. */
  readonly #asked = new Map<Terms, Index<T>>();
  readonly #byLabel = new Map<string, Terms>();
  /** Uids of deleted objects, oldest deletion first. */
  readonly #tombstones = new Map<string, true>();
  /** By key text: the version of the object that was deleted last under it. What comes later is newer. */
  readonly #floors = new Map<string, number>();

  get(key: ObjectKey): T | undefined {
    return this.#all.get(keyText(key));
  }

  byUid(uid: string): T | undefined {
    return this.#byUid.get(uid);
  }

  list(namespace?: string): readonly T[] {
    return namespace === undefined ? this.#all.list() : this.#indexOf(byNamespace).list(namespace);
  }

  version(namespace?: string): object {
    return namespace === undefined ? this.#all.version : this.#indexOf(byNamespace).version(namespace);
  }

  versionWithLabel(label: string, value: string): object {
    return this.#indexOf(this.#labelled(label)).version(value);
  }

  ownedBy(uid: string): readonly T[] {
    return this.#indexOf(byOwner).list(uid);
  }

  withLabel(label: string, value: string, namespace?: string): readonly T[] {
    return this.#indexOf(this.#labelled(label)).list(value, namespace);
  }

  index(terms: (object: T) => readonly string[]): (term: string) => readonly T[] {
    const index = this.#indexOf(terms as Terms);
    return (term) => index.list(term);
  }

  #labelled(label: string): Terms {
    const known = this.#byLabel.get(label);
    if (known !== undefined) return known;
    const terms = ofMetadata((object) => object.metadata.labels?.[label]);
    this.#byLabel.set(label, terms);
    return terms;
  }

  #indexOf(terms: Terms): Index<T> {
    const known = this.#asked.get(terms);
    if (known !== undefined) return known;
    const index = new Index<T>();
    this.#asked.set(terms, index);
    for (const object of this.list()) for (const term of terms(object)) index.set(term, keyText(keyOf(object)), object);
    return index;
  }

  /** Takes an object in; undefined where the cache knows as much or more already. */
  upsert(object: T): CacheChange<T> | undefined {
    if (this.#tombstones.has(uidOf(object))) return undefined;
    const key = keyOf(object);
    const before = this.get(key);
    const known = before === undefined ? this.#floors.get(keyText(key)) : versionOf(before);
    if (known !== undefined && versionOf(object) <= known) return undefined;
    if (before !== undefined && uidOf(before) !== uidOf(object)) {
      // Another object of the same name has taken its place: the old one is gone, even if nobody said so.
      this.#byUid.delete(uidOf(before));
      this.#bury(uidOf(before));
    }
    this.#link(object, before);
    return { before, after: object };
  }

  /** The object with this uid is gone; undefined where that was known. */
  remove(uid: string): CacheChange<T> | undefined {
    this.#bury(uid);
    const before = this.#byUid.get(uid);
    if (before === undefined) return undefined;
    this.#unlink(before);
    remember(this.#floors, keyText(keyOf(before)), versionOf(before));
    return { before, after: undefined };
  }

  /** All there is at a version: what is missing in it and is not newer than it is gone. */
  replace(objects: readonly T[], version: number): CacheChange<T>[] {
    const listed = new Set(objects.map(uidOf));
    const gone = this.list().filter((object) => !listed.has(uidOf(object)) && versionOf(object) <= version);
    const removed = gone.flatMap((object) => this.remove(uidOf(object)) ?? []);
    return [...removed, ...objects.flatMap((object) => this.upsert(object) ?? [])];
  }

  /** What the object stays under is left as it is: keys that neither come nor go need not be sorted again. */
  #link(object: T, before: T | undefined): void {
    const text = keyText(keyOf(object));
    this.#all.set(text, object);
    this.#byUid.set(uidOf(object), object);
    const isSameToMetadata = before !== undefined && hasSameTerms(before, object);
    for (const [terms, index] of this.#asked) {
      const now = terms(object);
      if (before !== undefined && !(isSameToMetadata && metadataTerms.has(terms)))
        for (const term of terms(before)) if (!now.includes(term)) index.delete(term, text);
      for (const term of now) index.set(term, text, object);
    }
  }

  #unlink(object: T): void {
    const text = keyText(keyOf(object));
    this.#all.delete(text);
    this.#byUid.delete(uidOf(object));
    for (const [terms, index] of this.#asked) for (const term of terms(object)) index.delete(term, text);
  }

  #bury(uid: string): void {
    remember(this.#tombstones, uid, true);
  }
}

/** Maps keep insertion order: the first is the oldest. */
function remember<V>(map: Map<string, V>, name: string, value: V): void {
  map.delete(name);
  map.set(name, value);
  if (map.size <= maxTombstones) return;
  const [oldest = ""] = map.keys();
  map.delete(oldest);
}

/** resourceVersions of one server are numbers that rise. */
export function versionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion ?? 0);
}

export function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? "";
}

/**
 * Objects by key text, listed in key order. A change costs the same however many there are; a list is made when somebody asks
 * for it, and again only where something has changed: of what has not come or gone since, nothing is sorted again.
 */
class Bucket<T extends KubeObject> {
  /** Keys in order, but for those in `#added` and `#removed`. */
  #order: readonly string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();
  /** The objects of `#order` as they were listed last, and the keys of those that are others now. */
  #listed: readonly T[] = [];
  readonly #changed = new Set<string>();
  readonly #objects = new Map<string, T>();
  readonly #namespaces = new Map<string, number>();
  #list: readonly T[] | undefined;
  /** Parts of the list, by namespace. */
  readonly #parts = new Map<string, readonly T[]>();
  #version: object | undefined;

  get size(): number {
    return this.#objects.size;
  }

  /** Another one after each change. */
  get version(): object {
    this.#version ??= {};
    return this.#version;
  }

  get(text: string): T | undefined {
    return this.#objects.get(text);
  }

  set(text: string, object: T): void {
    this.#changed.add(text);
    if (!this.#objects.has(text)) {
      this.#count(object, 1);
      if (!this.#removed.delete(text)) this.#added.add(text);
    }
    this.#objects.set(text, object);
    this.#forget();
  }

  delete(text: string): void {
    const object = this.#objects.get(text);
    if (object === undefined) return;
    this.#objects.delete(text);
    this.#count(object, -1);
    this.#changed.delete(text);
    if (!this.#added.delete(text)) this.#removed.add(text);
    this.#forget();
  }

  list(namespace?: string): readonly T[] {
    // Not frozen, as its objects are: V8 copies, filters and searches frozen arrays many times as slowly as others.
    this.#list ??= this.#sorted();
    if (namespace === undefined) return this.#list;
    if (this.#namespaces.size === 1 && this.#namespaces.has(namespace)) return this.#list;
    const known = this.#parts.get(namespace);
    if (known !== undefined) return known;
    const part = this.#list.filter(({ metadata }) => metadata.namespace === namespace);
    this.#parts.set(namespace, part);
    return part;
  }

  #sorted(): T[] {
    const isSameOrder = this.#removed.size + this.#added.size === 0;
    if (this.#removed.size > 0) this.#order = this.#order.filter((text) => !this.#removed.has(text));
    if (this.#added.size > 0) this.#order = merged(this.#order, [...this.#added].sort());
    const list = isSameOrder && this.#changed.size < this.#order.length / 8 ? this.#patched() : this.#lookedUp();
    for (const keys of [this.#removed, this.#added, this.#changed]) keys.clear();
    this.#listed = list;
    return list;
  }

  /** Copying is much cheaper than looking up: somebody may ask after each change. */
  #patched(): T[] {
    const list = this.#listed.slice();
    for (const text of this.#changed) {
      const object = this.#objects.get(text);
      if (object !== undefined) list[placeOf(text, this.#order)] = object;
    }
    return list;
  }

  #lookedUp(): T[] {
    const list: T[] = [];
    for (const text of this.#order) {
      const object = this.#objects.get(text);
      if (object !== undefined) list.push(object);
    }
    return list;
  }

  #count({ metadata: { namespace = "" } }: T, change: 1 | -1): void {
    const count = (this.#namespaces.get(namespace) ?? 0) + change;
    if (count === 0) this.#namespaces.delete(namespace);
    else this.#namespaces.set(namespace, count);
  }

  #forget(): void {
    this.#list = undefined;
    this.#version = undefined;
    if (this.#parts.size > 0) this.#parts.clear();
  }
}

/** Where a text stands in a sorted list that has it. */
function placeOf(text: string, sorted: readonly string[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two sorted lists as one. */
function merged(left: readonly string[], right: readonly string[]): readonly string[] {
  const all: string[] = [];
  let next = 0;
  for (const text of left) {
    for (let other = right[next]; other !== undefined && other < text; other = right[++next]) all.push(other);
    all.push(text);
  }
  return all.concat(right.slice(next));
}

class Index<T extends KubeObject> {
  readonly #buckets = new Map<string, Bucket<T>>();

  set(term: string, text: string, object: T): void {
    const bucket = this.#buckets.get(term) ?? new Bucket<T>();
    this.#buckets.set(term, bucket);
    bucket.set(text, object);
  }

  delete(term: string, text: string): void {
    const bucket = this.#buckets.get(term);
    bucket?.delete(text);
    if (bucket?.size === 0) this.#buckets.delete(term);
  }

  list(term: string, namespace?: string): readonly T[] {
    return this.#buckets.get(term)?.list(namespace) ?? nothing;
  }

  version(term: string): object {
    return this.#buckets.get(term)?.version ?? nothing;
  }
}
