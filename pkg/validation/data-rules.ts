import { type ConfigMap, forbidden, invalidValue, required, type Secret } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable } from "./checks.ts";

/** So much may a Secret or ConfigMap hold, as in Kubernetes. */
const maxBytes = 1024 * 1024;
const sshAuth = "kubernetes.io/ssh-auth";
const sshKey = "ssh-privatekey";

export function secretRules(secret: Secret, old?: Secret): StatusCause[] {
  const keys = Object.keys({ ...secret.data, ...secret.stringData });
  return [
    ...keyRules("data", secret.data),
    ...keyRules("stringData", secret.stringData),
    ...sizeRules("data", secret.data, secret.stringData),
    ...(secret.type === sshAuth && !keys.includes(sshKey) ? [required(`data[${sshKey}]`)] : []),
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
    ...sizeRules("data", data, binaryData),
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

function sizeRules(field: string, ...parts: readonly Data[]): StatusCause[] {
  let size = 0;
  for (const data of parts) for (const key in data) size += data[key]?.length ?? 0;
  if (size <= maxBytes) return [];
  return [{ reason: "FieldValueTooLong", message: `Too long: must have at most ${maxBytes} bytes`, field }];
}

function staysImmutable(object: { readonly immutable?: boolean }): StatusCause[] {
  return object.immutable === true ? [] : [forbidden("immutable", "field is immutable when `immutable` is set")];
}

function immutableData(field: string, data: Data, old: Data): StatusCause[] {
  const sorted = (one: Data): string => JSON.stringify(Object.entries(one ?? {}).sort());
  return sorted(data) === sorted(old) ? [] : [forbidden(field, "field is immutable when `immutable` is set")];
}
