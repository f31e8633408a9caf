import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, type KindInfo, kinds } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { StatusCause } from "../status/index.ts";

/** What holds for names, labels and annotations of every kind. All functions are pure and return causes for 422. */

/** Of all keys and values of an object's annotations together. */
const maxAnnotationBytes = 256 * 1024;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

/** Checks a name: of namespaces a DNS label, of roles and bindings a part of a path, else a DNS subdomain. */
export function checkName(kind: KindInfo, name: string): readonly StatusCause[] {
  const broken = brokenRule(kind, name);
  return broken === undefined ? [] : [fault("metadata.name", name, broken)];
}

function brokenRule(kind: KindInfo, name: string): string | undefined {
  // Kubernetes' own roles have names such as system:discovery.
  if (kind.group === kinds.ClusterRole.group) {
    if (name === "." || name === "..") return `may not be '${name}'`;
    return ["/", "%"].map((text) => (name.includes(text) ? `may not contain '${text}'` : undefined)).find(Boolean);
  }
  if (kind.kind === "Namespace") return isDnsLabel(name) ? undefined : labelRule;
  return isDnsSubdomain(name) ? undefined : subdomainRule;
}

/** Checks labels and annotations; a value of the wrong type is left to the schema. */
export function checkLabelsAndAnnotations(metadata: JsonObject): readonly StatusCause[] {
  if (metadata["labels"] === undefined && metadata["annotations"] === undefined) return [];
  return [
    ...entriesOf(metadata["labels"]).flatMap(([key, value]) => [
      ...checkKey(`metadata.labels`, key),
      ...checkLabelValue(`metadata.labels`, value),
    ]),
    ...entriesOf(metadata["annotations"]).flatMap(([key]) => checkKey("metadata.annotations", key.toLowerCase())),
    ...checkSize(metadata["annotations"]),
  ];
}

function entriesOf(value: unknown): readonly (readonly [string, string])[] {
  return isObject(value)
    ? Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : []))
    : [];
}

function checkKey(field: string, key: string): readonly StatusCause[] {
  if (isLabelKey(key)) return [];
  return [
    fault(
      field,
      key,
      "a key must be a name of at most 63 characters ([A-Za-z0-9], '-', '_', '.'), with an optional DNS subdomain and '/' before it",
    ),
  ];
}

function checkLabelValue(field: string, value: string): readonly StatusCause[] {
  if (isLabelValue(value)) return [];
  return [
    fault(
      field,
      value,
      "a valid label must be an empty string or at most 63 alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ),
  ];
}

function checkSize(annotations: unknown): readonly StatusCause[] {
  const size = entriesOf(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size <= maxAnnotationBytes) return [];
  return [
    {
      reason: "FieldValueTooLong",
      field: "metadata.annotations",
      message: `Too long: must have at most ${maxAnnotationBytes} bytes`,
    },
  ];
}

function fault(field: string, value: string, message: string): StatusCause {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${message}` };
}

/** Random characters that Kubernetes appends to `generateName`: no vowels, so that no word is made. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const maxGenerated = 63;

/** A name from a prefix; the prefix is cut so that the name fits. */
export function generateName(prefix: string, random: () => number): string {
  const characters = Array.from({ length: suffixLength }, () =>
    suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length)),
  );
  return `${prefix.slice(0, maxGenerated - suffixLength)}${characters.join("")}`;
}
