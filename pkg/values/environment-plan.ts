import type { ConfigMap, EnvFromSource, EnvVar, ProcessSpec, Secret } from "../api/index.ts";
import { secretText } from "../api/index.ts";
import type { EnvOrder } from "../protocol/index.ts";

/** The objects of one namespace that variables may come from. */
export interface ValueSource {
  secret(name: string): Secret | undefined;
  configMap(name: string): ConfigMap | undefined;
}

export interface Environment {
  readonly env: readonly EnvOrder[];
  /** What is named and not there, in words. */
  readonly missing: readonly string[];
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variables of a process with their values; `envFrom` first, so that `env` wins. */
export function resolveEnvironment(spec: Pick<ProcessSpec, "env" | "envFrom">, source: ValueSource): Environment {
  const parts = [
    ...spec.envFrom.map((from) => allKeys(from, source)),
    ...spec.env.map((variable) => oneVariable(variable, source)),
  ];
  return { env: parts.flatMap(({ env }) => env), missing: parts.flatMap(({ missing }) => missing) };
}

function allKeys({ prefix = "", secretRef, configMapRef }: EnvFromSource, source: ValueSource): Environment {
  if (secretRef !== undefined) {
    const secret = source.secret(secretRef.name);
    if (secret === undefined) return absent(`Secret ${secretRef.name}`);
    const keys = Object.keys(secret.data ?? {});
    return present(keys.map((key) => ({ name: prefix + key, value: secretText(secret, key) ?? "", secret: true })));
  }
  if (configMapRef === undefined) return present([]);
  const configMap = source.configMap(configMapRef.name);
  if (configMap === undefined) return absent(`ConfigMap ${configMapRef.name}`);
  return present(Object.entries(configMap.data ?? {}).map(([key, value]) => ({ name: prefix + key, value })));
}

function oneVariable({ name, value, valueFrom }: EnvVar, source: ValueSource): Environment {
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (secretKeyRef !== undefined) {
    const secret = source.secret(secretKeyRef.name);
    const text = secret === undefined ? undefined : secretText(secret, secretKeyRef.key);
    if (text !== undefined) return present([{ name, value: text, secret: true }]);
    return secretKeyRef.optional ? present([]) : absent(keyText("Secret", secretKeyRef, secret !== undefined));
  }
  if (configMapKeyRef === undefined) return present([{ name, value: value ?? "" }]);
  const configMap = source.configMap(configMapKeyRef.name);
  const text = configMap?.data?.[configMapKeyRef.key];
  if (text !== undefined) return present([{ name, value: text }]);
  return configMapKeyRef.optional
    ? present([])
    : absent(keyText("ConfigMap", configMapKeyRef, configMap !== undefined));
}

/** What is missing, in words; `isThere`: the object is, and its key is not. */
export function keyText(
  kind: string,
  { name, key }: { readonly name: string; readonly key: string },
  isThere: boolean,
): string {
  return isThere ? `key ${key} of ${kind} ${name}` : `${kind} ${name}`;
}

/** Keys that cannot be names of variables are left out, as Kubernetes does. */
function present(env: readonly EnvOrder[]): Environment {
  return { env: env.filter(({ name }) => variableName.test(name)), missing: [] };
}

function absent(what: string): Environment {
  return { env: [], missing: [what] };
}
