import { isLabelKey, type KindInfo } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { StatusCause } from "../status/index.ts";
import { shown } from "./errors.ts";

/** What holds for owners and finalizers of every kind. All functions are pure and return causes for 422. */

const standardFinalizers: readonly string[] = ["orphan", "foregroundDeletion", "kubernetes"];

/** Values of the wrong type are left to the schema. */
export function checkReferences(kind: KindInfo, metadata: JsonObject): readonly StatusCause[] {
  return [...checkOwners(listOf(metadata["ownerReferences"])), ...checkFinalizerNames(kind, metadata)];
}

function checkOwners(owners: readonly unknown[]): readonly StatusCause[] {
  if (owners.length === 0) return [];
  const field = "metadata.ownerReferences";
  const references = owners.filter(isObject);
  const empty = references.flatMap((owner, index) =>
    ["apiVersion", "kind", "name", "uid"]
      .filter((name) => owner[name] === "")
      .map((name) =>
        fault(`${field}[${index}].${name}`, "", `${name === "apiVersion" ? "version" : name} must not be empty`),
      ),
  );
  const events = references.flatMap((owner, index) =>
    owner["kind"] === "Event" && owner["apiVersion"] === "v1"
      ? [fault(`${field}[${index}]`, "/v1, Kind=Event", "/v1, Kind=Event is disallowed from being an owner")]
      : [],
  );
  const [first, second] = references.filter((owner) => owner["controller"] === true);
  if (second === undefined) return [...empty, ...events];
  const names = `${shown(first?.["name"])} and ${shown(second["name"])}`;
  const rule = `Only one reference can have Controller set to true. Found "true" in references for ${names}`;
  return [...empty, ...events, fault(field, "array", rule)];
}

function checkFinalizerNames(kind: KindInfo, metadata: JsonObject): readonly StatusCause[] {
  const names = listOf(metadata["finalizers"]);
  const faults = names.flatMap((name, index) => {
    if (typeof name !== "string" || standardFinalizers.includes(name)) return [];
    const field = `metadata.finalizers[${index}]`;
    if (!isLabelKey(name))
      return [fault(field, name, "must be a name of at most 63 characters, after a DNS subdomain and '/'")];
    return kind.group === "" && !name.includes("/")
      ? [fault(field, name, "name is neither a standard finalizer name nor is it fully qualified")]
      : [];
  });
  return names.includes("orphan") && names.includes("foregroundDeletion")
    ? [...faults, fault("metadata.finalizers", "array", "finalizer orphan and foregroundDeletion cannot be both set")]
    : faults;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fault(field: string, value: string, message: string): StatusCause {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${message}` };
}
