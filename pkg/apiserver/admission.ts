import { apiVersionOf, decodeObject, type KindInfo, pruneUnknown, schemaOf } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import { unknownFieldHint, validateObject } from "../validation/index.ts";
import type { ApiObject, WriteContext } from "./backend.ts";
import { badRequest, invalid, shown } from "./errors.ts";
import { checkLabelsAndAnnotations, checkName } from "./metadata-rules.ts";
import { asApiObject } from "./object-state.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { checkReferences } from "./reference-rules.ts";

/** Throws BadRequest where a body is no object of the kind that the address names. */
export function checkBody(kind: KindInfo, body: unknown): JsonObject {
  if (!isObject(body)) throw badRequest("the body must be an object");
  const { apiVersion, kind: name, metadata } = body;
  const expected = apiVersionOf(kind);
  if (apiVersion !== undefined && apiVersion !== "" && apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${shown(apiVersion)}) does not match the expected API version (${expected})`,
    );
  if (name !== undefined && name !== "" && name !== kind.kind)
    throw badRequest(`the kind in the data (${shown(name)}) does not match the expected kind (${kind.kind})`);
  if (metadata !== undefined && metadata !== null && !isObject(metadata))
    throw badRequest("metadata must be an object");
  return { ...body, apiVersion: expected, kind: kind.kind };
}

/** An applied configuration without nulls and without fields that the kind does not have; these are refused, or warned of. */
export function cleanBody(kind: KindInfo, body: JsonObject, context: WriteContext): JsonObject {
  const { value, unknownFields } = pruneUnknown(schemaOf(kind), body);
  tellUnknown(kind, body, unknownFields, context);
  return isObject(value) ? value : body;
}

/** Tells fields that the kind does not have in parts of a body that the subresource it is sent to does not take. */
export function checkIgnoredParts(kind: KindInfo, body: JsonObject, context: WriteContext): void {
  if (context.fieldValidation === "Ignore") return;
  tellUnknown(kind, body, pruneUnknown(schemaOf(kind), body).unknownFields, context);
}

export interface AdmitOptions {
  readonly context: WriteContext;
  /** What it replaces, where it does. */
  readonly old?: ApiObject;
  /** Leave out the rules across fields: for statuses, which the server's own controllers write. */
  readonly typesOnly?: boolean;
}

export interface Admitted {
  readonly object: ApiObject;
  /** The body had fields that the kind does not have; they are not in the object. */
  readonly pruned: boolean;
}

/** Fills defaults in and checks types, then rules across fields. Throws Invalid with every fault found. */
export function admit(kind: KindInfo, body: JsonObject, options: AdmitOptions): Admitted {
  const metadata = rawMetadata(body);
  const name = typeof metadata["name"] === "string" ? metadata["name"] : "";
  const result = decodeObject(kind, body);
  tellUnknown(kind, body, result.unknownFields, options.context);
  const causes = [
    ...checkName(kind, name),
    ...checkLabelsAndAnnotations(metadata),
    ...checkReferences(kind, metadata),
    ...("causes" in result ? result.causes : []),
  ];
  if (causes.length > 0 || !("object" in result)) throw invalid(kind, name, causes);
  const crossed = options.typesOnly === true ? [] : validateObject(kind, result.object, options.old);
  if (crossed.length > 0) throw invalid(kind, name, crossed);
  return { object: asApiObject(result.object), pruned: result.unknownFields.length > 0 };
}

function tellUnknown(kind: KindInfo, body: JsonObject, unknown: readonly string[], context: WriteContext): void {
  const { fieldValidation, duplicateFields = [] } = context;
  if (fieldValidation === "Ignore" || unknown.length + duplicateFields.length === 0) return;
  const faults = [
    ...unknown.map((path) => {
      const hint = unknownFieldHint(body, path);
      return `unknown field ${JSON.stringify(path)}${hint === undefined ? "" : ` (${hint})`}`;
    }),
    ...duplicateFields.map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  if (fieldValidation === "Strict")
    throw new StatusError(
      "BadRequest",
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: strict decoding error: ${faults.join(", ")}`,
    );
  for (const text of faults) context.warn(text);
}
