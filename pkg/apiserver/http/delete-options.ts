import { isObject, type JsonObject } from "../../merge/index.ts";
import type { DeleteRequest, PropagationPolicy } from "../delete.ts";
import { badRequest, invalidParameter } from "../errors.ts";
import type { Query } from "./query.ts";
import { readDryRun } from "./write-options.ts";

const type = "DeleteOptions";

/**
 * DeleteOptions, from the body or, as some clients send them, from the query. Throws BadRequest or Invalid for whatever
 * cannot be honoured: ignoring it would delete.
 */
export function readDeleteOptions(
  body: unknown,
  query: Query,
): { readonly request: DeleteRequest; readonly dryRun: boolean } {
  const options = readBody(body);
  const policy = readPolicy(options["propagationPolicy"] ?? query.get("propagationPolicy"));
  const orphan = readFlag("orphanDependents", options["orphanDependents"] ?? query.optionalFlag("orphanDependents"));
  if (policy !== undefined && orphan !== undefined)
    throw invalidParameter(
      "propagationPolicy",
      `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
      type,
    );
  const grace = readSeconds(options["gracePeriodSeconds"] ?? query.number("gracePeriodSeconds"));
  return {
    request: {
      propagationPolicy: policy ?? (orphan === undefined ? undefined : orphan ? "Orphan" : "Background"),
      preconditions: readPreconditions(options["preconditions"]),
      ...(grace !== undefined && { gracePeriodSeconds: grace }),
    },
    dryRun: readDryRun([...readTexts("dryRun", options["dryRun"]), ...query.all("dryRun")], type),
  };
}

function readBody(body: unknown): JsonObject {
  if (body === undefined) return {};
  if (!isObject(body)) throw badRequest("the body of a DELETE must be DeleteOptions");
  const { kind } = body;
  if (kind !== undefined && kind !== "" && kind !== type)
    throw badRequest(`decoded object cannot be converted to ${type}: its kind is ${JSON.stringify(kind)}`);
  return body;
}

function readPolicy(value: unknown): PropagationPolicy | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (value === "Foreground" || value === "Background" || value === "Orphan") return value;
  throw invalidParameter(
    "propagationPolicy",
    `Unsupported value: ${JSON.stringify(value)}: supported values: "Foreground", "Background", "Orphan"`,
    type,
  );
}

function readPreconditions(value: unknown): NonNullable<DeleteRequest["preconditions"]> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badRequest("preconditions must be an object");
  const uid = readText("preconditions.uid", value["uid"]);
  const resourceVersion = readText("preconditions.resourceVersion", value["resourceVersion"]);
  return { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
}

function readText(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badRequest(`${field} must be a string`);
  return value;
}

function readTexts(field: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw badRequest(`${field} must be a list of strings`);
  return value;
}

function readFlag(field: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw badRequest(`${field} must be true or false`);
  return value;
}

/** Less than nothing is as short as can be. */
function readSeconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw badRequest("gracePeriodSeconds must be a whole number");
  return Math.max(0, value);
}
