import { type KindInfo, qualifiedResource, sourceOf } from "../api/index.ts";
import { type StatusCause, StatusError } from "../status/index.ts";

/** Errors about objects, worded as Kubernetes words them: clients and people know the sentences. */

export function notFound(kind: KindInfo, name: string): StatusError {
  return new StatusError("NotFound", `${qualifiedResource(kind)} ${JSON.stringify(name)} not found`, {
    details: details(kind, name),
  });
}

export function alreadyExists(kind: KindInfo, name: string): StatusError {
  return new StatusError("AlreadyExists", `${qualifiedResource(kind)} ${JSON.stringify(name)} already exists`, {
    details: details(kind, name),
  });
}

export function conflict(kind: KindInfo, name: string, why: string): StatusError {
  return new StatusError(
    "Conflict",
    `Operation cannot be fulfilled on ${qualifiedResource(kind)} ${JSON.stringify(name)}: ${why}`,
    { details: details(kind, name) },
  );
}

export function modified(kind: KindInfo, name: string): StatusError {
  return conflict(
    kind,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

export function forbidden(kind: KindInfo, name: string, why: string, causes?: readonly StatusCause[]): StatusError {
  return new StatusError("Forbidden", `${qualifiedResource(kind)} ${JSON.stringify(name)} is forbidden: ${why}`, {
    details: { ...details(kind, name), ...(causes && { causes }) },
  });
}

/** 422, one line a cause. */
export function invalid(
  kind: Pick<KindInfo, "group" | "kind">,
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const qualified = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const lines = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new StatusError("Invalid", `${qualified} ${JSON.stringify(name)} is invalid: ${text}`, {
    details: { name, ...(kind.group !== "" && { group: kind.group }), kind: kind.kind, causes },
  });
}

/** Of a view nothing is stored. */
export function onlyShown(kind: KindInfo): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(
    "MethodNotAllowed",
    `${message}: ${kind.plural} only show ${qualifiedResource(sourceOf(kind))}; use those`,
  );
}

/** A value that a client sent, for a message: whatever it is, and nothing of it is called. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

export function badRequest(message: string): StatusError {
  return new StatusError("BadRequest", message);
}

const causeReasons: readonly (readonly [string, string])[] = [
  ["Required value", "FieldValueRequired"],
  ["Unsupported value", "FieldValueNotSupported"],
  ["Forbidden", "FieldValueForbidden"],
  ["Too long", "FieldValueTooLong"],
];

/** 422 about a parameter of the request; Kubernetes thinks of most as fields of an object of `type`. */
export function invalidParameter(field: string, message: string, type?: string): StatusError {
  const reason = causeReasons.find(([start]) => message.startsWith(start))?.[1] ?? "FieldValueInvalid";
  const causes = [{ reason, message, field }];
  if (type === undefined) return new StatusError("Invalid", `${field}: ${message}`, { details: { causes } });
  return new StatusError("Invalid", `${type}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    details: { group: "meta.k8s.io", kind: type, causes },
  });
}

function details(kind: KindInfo, name: string): { name: string; group?: string; kind: string } {
  return { name, ...(kind.group !== "" && { group: kind.group }), kind: kind.plural };
}
