import { StatusError } from "../status/index.ts";

/** What a field of a request's body must be. */
export interface FieldRule {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

export type FieldRules<T> = Readonly<Record<keyof T & string, FieldRule>>;

/**
 * A body as what its fields are checked to be; BadRequest where one is something else. What is no field is passed over:
 * it may be one of a newer client.
 */
export function checkFields<T>(kind: string, body: unknown, rules: FieldRules<T>, defaults: Partial<T>): T {
  if (!isRecord(body)) throw badRequest(`a ${kind} is expected`);
  const request: Readonly<Record<string, unknown>> = { ...defaults, ...body };
  for (const [name, { words, holds }] of Object.entries<FieldRule>(rules)) {
    const value = request[name];
    if (value !== undefined && !holds(value)) throw badRequest(`${name} must be ${words}`);
  }
  return request as T;
}

export const text: FieldRule = { words: "a text", holds: (value) => typeof value === "string" };
export const texts: FieldRule = { words: "a list of texts", holds: isTexts };
export const count: FieldRule = { words: "a whole number, 0 or more", holds: isCount };
export const flag: FieldRule = { words: "true or false", holds: (value) => typeof value === "boolean" };

export function badRequest(message: string): StatusError {
  return new StatusError("BadRequest", message);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
