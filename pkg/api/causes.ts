import type { StatusCause } from "../status/index.ts";
import type { JsonSchema } from "./json-schema.ts";
import { childSchema } from "./schema.ts";
import type { ValidatorError } from "./validator.ts";

/** Says a validator's faults as Kubernetes does. `root` is the object that was validated, `schema` its schema. */
export function causesOf(errors: readonly ValidatorError[], schema: JsonSchema, root: unknown): StatusCause[] {
  const causes: StatusCause[] = [];
  const told = new Set<string>();
  for (const error of errors) {
    const cause = causeOf(error, schema, root);
    const key = `${cause.field} ${cause.message}`;
    if (!told.has(key)) causes.push(cause);
    told.add(key);
  }
  return causes;
}

function causeOf(error: ValidatorError, root: JsonSchema, object: unknown): StatusCause {
  const target = locate(error.instancePath, root, object);
  const { field, value, schema } = target;
  switch (error.keyword) {
    case "required":
      return required(join(field, String(error.params["missingProperty"])));
    case "type":
      return invalid("FieldValueTypeInvalid", field, value, `must be ${typeNames(schema?.type)}`);
    case "enum":
      return notSupported(field, value, schema?.enum ?? []);
    case "const":
      return notSupported(field, value, [schema?.const]);
    default:
      return invalid("FieldValueInvalid", field, value, explain(error, schema));
  }
}

function explain(error: ValidatorError, schema: JsonSchema | undefined): string {
  const limit = error.params["limit"];
  const bounded = schema?.minimum !== undefined && schema.maximum !== undefined;
  switch (error.keyword) {
    case "pattern":
      return schema?.["x-message"] ?? `must match ${schema?.pattern}`;
    case "minLength":
    case "minItems":
      return limit === 1 ? "must not be empty" : `must have at least ${limit} elements`;
    case "minimum":
      return bounded ? between(schema) : `must be greater than or equal to ${limit}`;
    case "maximum":
      return bounded ? between(schema) : `must be less than or equal to ${limit}`;
    case "format":
      return `must be of type ${schema?.format}`;
    case "exclusiveMinimum":
      return `must be greater than ${limit}`;
    default:
      return `must satisfy ${error.keyword}`;
  }
}

function between(schema: JsonSchema): string {
  return `must be between ${schema.minimum} and ${schema.maximum}, inclusive`;
}

interface Target {
  readonly field: string;
  readonly value: unknown;
  readonly schema: JsonSchema | undefined;
}

/** Follows a JSON pointer through the object and its schema, and writes it as a field path. */
function locate(pointer: string, root: JsonSchema, object: unknown): Target {
  let target: Target = { field: "", value: object, schema: root };
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const { field, value, schema } = target;
    if (Array.isArray(value)) {
      target = { field: `${field}[${key}]`, value: value[Number(key)], schema: childSchema(schema, Number(key)) };
      continue;
    }
    const isMap = typeof schema?.additionalProperties === "object";
    const child = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    target = {
      field: isMap ? `${field}[${key}]` : join(field, key),
      value: child,
      schema: childSchema(schema, key),
    };
  }
  return target;
}

function join(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}

function typeNames(type: string | readonly string[] | undefined): string {
  const names = typeof type === "string" ? [type] : (type ?? []);
  return names.map((name) => (/^[aeio]/.test(name) ? `an ${name}` : `a ${name}`)).join(" or ");
}

/** A field that must be there and is not. */
export function required(field: string, detail = ""): StatusCause {
  return { reason: "FieldValueRequired", message: `Required value${detail === "" ? "" : `: ${detail}`}`, field };
}

/** A value that will not do; `detail` says what would. */
export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return invalid("FieldValueInvalid", field, value, detail);
}

/** A value outside a closed list. */
export function notSupported(field: string, value: unknown, supported: readonly unknown[]): StatusCause {
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${show(value)}: supported values: ${list}`,
    field,
  };
}

/** A value that stands twice where it may stand once. */
export function duplicate(field: string, value: unknown): StatusCause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${show(value)}`, field };
}

/** A text or bytes of more than `maxBytes` bytes. */
export function tooLong(field: string, maxBytes: number): StatusCause {
  return { reason: "FieldValueTooLong", message: `Too long: must have at most ${maxBytes} bytes`, field };
}

/** A field that may not be set, or not be changed, here. */
export function forbidden(field: string, detail: string): StatusCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field };
}

function invalid(reason: string, field: string, value: unknown, detail: string): StatusCause {
  return { reason, message: `Invalid value: ${show(value)}: ${detail}`, field };
}

const shownLength = 200;

/** Large values are named by their type, so that a message stays readable and shows little of what may be secret. */
function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? '"array"' : '"object"';
  const text = JSON.stringify(value) ?? "null";
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…"`;
}
