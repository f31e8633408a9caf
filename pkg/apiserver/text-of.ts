import type { ApiObject } from "./backend.ts";

/** Texts of objects that were stored just now: they are the answers to those who stored them. */
const texts = new WeakMap<ApiObject, string>();

export function rememberText(object: ApiObject, text: string): void {
  texts.set(object, text);
}

/** An object's JSON. */
export function textOf(object: ApiObject): string {
  return texts.get(object) ?? JSON.stringify(object);
}
