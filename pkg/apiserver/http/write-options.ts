import type { Identity } from "../../auth/index.ts";
import { isObject, type JsonObject } from "../../merge/index.ts";
import type { FieldValidation, WriteContext } from "../backend.ts";
import type { DeleteRequest, PropagationPolicy } from "../delete.ts";
import { invalidParameter } from "../errors.ts";
import type { Query } from "./query.ts";

const maxManagerLength = 128;

/** Reads how a write is to be done. Throws Invalid for parameters that cannot be honoured: ignoring them would write. */
export function readWriteContext(options: {
  readonly identity: Identity;
  readonly query: Query;
  readonly userAgent: string | undefined;
  readonly isApply: boolean;
  readonly warn: (text: string) => void;
}): WriteContext {
  const { identity, query, userAgent, isApply, warn } = options;
  const given = query.get("fieldManager") ?? "";
  if (given.length > maxManagerLength)
    throw invalidParameter("fieldManager", `Too long: must have at most ${maxManagerLength} bytes`);
  return {
    identity,
    // An apply must say who applies; any other client is known by its name.
    fieldManager:
      given !== "" || isApply ? given : (userAgent ?? "unknown").split("/")[0]?.slice(0, maxManagerLength) || "unknown",
    dryRun: readDryRun(query.all("dryRun")),
    fieldValidation: readFieldValidation(query.get("fieldValidation")),
    warn,
  };
}

function readDryRun(values: readonly unknown[]): boolean {
  for (const value of values)
    if (value !== "All")
      throw invalidParameter("dryRun", `Unsupported value: ${JSON.stringify(value)}: supported values: "All"`);
  return values.length > 0;
}

function readFieldValidation(value: string | undefined): FieldValidation {
  if (value === undefined || value === "") return "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  throw invalidParameter(
    "fieldValidation",
    `Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Strict", "Warn"`,
  );
}

/** DeleteOptions, from the body or, as some clients send them, from the query. */
export function readDeleteOptions(
  body: unknown,
  query: Query,
): { readonly request: DeleteRequest; readonly dryRun: boolean } {
  const options: JsonObject = isObject(body) ? body : {};
  const preconditions = isObject(options["preconditions"]) ? options["preconditions"] : {};
  const orphan = options["orphanDependents"] ?? query.optionalFlag("orphanDependents");
  const policy = options["propagationPolicy"] ?? query.get("propagationPolicy");
  const grace = options["gracePeriodSeconds"] ?? query.number("gracePeriodSeconds");
  const dryRun = options["dryRun"];
  const { uid, resourceVersion } = preconditions;
  return {
    request: {
      propagationPolicy: readPolicy(policy) ?? (orphan === undefined ? undefined : orphan ? "Orphan" : "Background"),
      preconditions: {
        ...(typeof uid === "string" && { uid }),
        ...(typeof resourceVersion === "string" && { resourceVersion }),
      },
      ...(typeof grace === "number" && grace >= 0 && { gracePeriodSeconds: grace }),
    },
    dryRun: readDryRun([...(Array.isArray(dryRun) ? dryRun : []), ...query.all("dryRun")]),
  };
}

function readPolicy(value: unknown): PropagationPolicy | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (value === "Foreground" || value === "Background" || value === "Orphan") return value;
  throw invalidParameter(
    "propagationPolicy",
    `Unsupported value: ${JSON.stringify(value)}: supported values: "Foreground", "Background", "Orphan"`,
  );
}

/** The value of a Warning header: code 299, quoted text in one line of Latin-1, as the header's grammar asks. */
export function warningHeader(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, " ").replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "?");
  return `299 - "${line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
