import { type ConfigMap, forbidden, invalidValue, type Secret, tooLong } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable } from "./checks.ts";
import { secretTypeRules } from "./secret-type-rules.ts";

/** So much may a Secret or ConfigMap hold, as in Kubernetes. */
const maxBytes = 1024 * 1024;

export function secretRules(secret: Secret, old?: Secret): StatusCause[] {
  return [
    ...keyRules("data", secret.data),
    ...keyRules("stringData", secret.stringData),
    ...sizeRules("data", encodedSize(secret.data) + textSize(secret.stringData)),
    ...secretTypeRules(secret),
    ...(old === undefined ? [] : immutable("type", secret.type, old.type)),
    ...(old?.immutable === true ? [...staysImmutable(secret), ...immutableData("data", secret.data, old.data)] : []),
  ];
}

export function configMapRules(configMap: ConfigMap, old?: ConfigMap): StatusCause[] {
  const { data, binaryData } = configMap;
  const both = binaryData === undefined ? [] : Object.keys(data ?? {}).filter((key) => Object.hasOwn(binaryData, key));
  return [
    ...keyRules("data", data),
    ...keyRules("binaryData", binaryData),
    ...both.map((key) => invalidValue(`binaryData[${key}]`, key, "is in data too")),
    ...sizeRules("data", textSize(data) + encodedSize(binaryData)),
    ...(old?.immutable === true
      ? [
          ...staysImmutable(configMap),
          ...immutableData("data", data, old.data),
          ...immutableData("binaryData", binaryData, old.binaryData),
        ]
      : []),
  ];
}

type Data = Readonly<Record<string, string>> | undefined;

function keyRules(field: string, data: Data): StatusCause[] {
  if (data === undefined) return [];
  return Object.keys(data)
    .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === "." || key === "..")
    .map((key) => invalidValue(`${field}[${key}]`, key, "a key consists of at most 253 of A-Z, a-z, 0-9, -, _ and ."));
}

function sizeRules(field: string, size: number): StatusCause[] {
  return size <= maxBytes ? [] : [tooLong(field, maxBytes)];
}

/** Bytes of values as UTF-8; counted one by one only where it matters. */
function textSize(data: Data): number {
  const length = lengthOf(data);
  if (length * 3 <= maxBytes) return length;
  return Object.values(data ?? {}).reduce((sum, value) => sum + new TextEncoder().encode(value).length, 0);
}

/** Bytes that values in base64 stand for. */
function encodedSize(data: Data): number {
  if (lengthOf(data) <= maxBytes) return lengthOf(data);
  const bytes = (value: string): number => Math.floor((value.replace(/=+$/, "").length * 3) / 4);
  return Object.values(data ?? {}).reduce((sum, value) => sum + bytes(value), 0);
}

function lengthOf(data: Data): number {
  let length = 0;
  for (const key in data) length += data[key]?.length ?? 0;
  return length;
}

function staysImmutable(object: { readonly immutable?: boolean }): StatusCause[] {
  return object.immutable === true ? [] : [forbidden("immutable", "field is immutable when `immutable` is set")];
}

function immutableData(field: string, data: Data, old: Data): StatusCause[] {
  const sorted = (one: Data): string => JSON.stringify(Object.entries(one ?? {}).sort());
  return sorted(data) === sorted(old) ? [] : [forbidden(field, "field is immutable when `immutable` is set")];
}
