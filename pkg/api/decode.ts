import type { StatusCause } from "../status/index.ts";
import { causesOf } from "./causes.ts";
import * as validators from "./generated/validators.js";
import { apiVersionOf, type KindInfo } from "./kind-info.ts";
import type { KubeObject } from "./object.ts";
import { pruneUnknown } from "./prune.ts";
import { schemaOf } from "./schema.ts";
import type { Validator } from "./validator.ts";

/** What decoding says: the object with its defaults, frozen; or why there is none. */
export type Decoded<T extends KubeObject = KubeObject> =
  | { readonly object: T; readonly unknownFields: readonly string[] }
  | { readonly causes: readonly StatusCause[]; readonly unknownFields: readonly string[] };

/**
 * The border between the wire and typed code: copies `value`, leaves out what the kind does not know (and tells which),
 * fills in defaults, validates. Never changes `value`. Rules across fields are pkg/validation's.
 */
export function decodeObject<T extends KubeObject>(kind: KindInfo<T>, value: unknown): Decoded<T> {
  const schema = schemaOf(kind);
  const pruned = pruneUnknown(schema, value);
  const { unknownFields } = pruned;
  const validate = validatorOf(kind);
  if (validate(pruned.value)) return { object: freeze(pruned.value) as T, unknownFields };
  return { causes: causesOf(validate.errors ?? [], schema, pruned.value), unknownFields };
}

/**
 * A status alone, for an object of which all else was decoded before: what comes of it with its defaults, frozen. Undefined
 * where it is not good as it is, or the kind has none that stands alone: decoding the whole object says why.
 */
export function decodeStatus(kind: KindInfo, status: unknown): Readonly<Record<string, unknown>> | undefined {
  const validate = validatorNamed(`${kind.kind}Status`);
  if (validate === undefined || typeof status !== "object" || status === null) return undefined;
  const { value, unknownFields } = pruneUnknown(schemaOf(kind), { status });
  const { status: copy } = value as { readonly status: Record<string, unknown> };
  return unknownFields.length === 0 && validate(copy) ? (freeze(copy) as Record<string, unknown>) : undefined;
}

/** Decodes an object that must be good: one that this program made, or stored before. Throws where it is not. */
export function mustDecode<T extends KubeObject>(kind: KindInfo<T>, value: unknown): T {
  const decoded = decodeObject(kind, value);
  if ("object" in decoded && decoded.unknownFields.length === 0) return decoded.object;
  const faults = ("causes" in decoded ? decoded.causes : []).map((cause) => `${cause.field}: ${cause.message}`);
  const unknown = decoded.unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`);
  throw new Error(`not a ${apiVersionOf(kind)} ${kind.kind}: ${[...faults, ...unknown].join("; ")}`);
}

function validatorOf(kind: KindInfo): Validator {
  const validator = validatorNamed(kind.kind);
  if (validator === undefined) throw new Error(`no validator of kind ${kind.kind}`);
  return validator;
}

function validatorNamed(name: string): Validator | undefined {
  const table: Readonly<Record<string, Validator | undefined>> = validators;
  return table[`validate${name}`];
}

/** But for arrays, which their types have to keep: V8 searches and filters frozen ones ten times as slowly as others. */
function freeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const name in value) freeze(value[name as keyof typeof value]);
  return Array.isArray(value) ? value : Object.freeze(value);
}
