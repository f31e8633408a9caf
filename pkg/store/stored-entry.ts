import { deepFreeze } from "./freeze.ts";
import type { Entry, JsonObject } from "./store.ts";

/** Enough for what a thousand machines write and read at a time; all else is kept as text alone, a third as large. */
const maxParsed = 4096;

/** Entries that hold their parsed value, in the order in which they got it. */
const parsed: (StoredEntry | undefined)[] = new Array(maxParsed);
let oldest = 0;

export interface EntryFields {
  readonly key: string;
  readonly revision: number;
  readonly createRevision: number;
  readonly text: string;
}

/** An entry as the store keeps it: its text, and for a while after it was written or read its value. */
export class StoredEntry implements Entry {
  readonly key: string;
  readonly revision: number;
  readonly createRevision: number;
  readonly text: string;
  #value: JsonObject | undefined;
  /** The value once this entry has let go of it: whoever else holds it, as a cache does, spares a second one. */
  #shared: WeakRef<JsonObject> | undefined;

  /** `value`, where it is at hand, is what `text` says; nobody changes it any more. */
  constructor({ key, revision, createRevision, text }: EntryFields, value?: JsonObject) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
    this.text = text;
    if (value !== undefined) this.#keep(value);
  }

  get value(): JsonObject {
    // Most of what is written is never looked at as a value: it is frozen when it is.
    return deepFreeze(this.#known ?? this.#keep(JSON.parse(this.text)));
  }

  peek(): JsonObject {
    return this.#known ?? JSON.parse(this.text);
  }

  get #known(): JsonObject | undefined {
    return this.#value ?? this.#shared?.deref();
  }

  #keep(value: JsonObject): JsonObject {
    const former = parsed[oldest];
    if (former !== undefined) former.#letGo();
    parsed[oldest] = this;
    oldest = (oldest + 1) % maxParsed;
    this.#value = value;
    return value;
  }

  #letGo(): void {
    if (this.#value !== undefined) this.#shared = new WeakRef(this.#value);
    this.#value = undefined;
  }
}
