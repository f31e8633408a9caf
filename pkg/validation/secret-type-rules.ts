import { invalidValue, required, type Secret } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";

/** What a Secret must hold for others to make use of it, by its type; the same as in Kubernetes. */
export function secretTypeRules(secret: Secret): StatusCause[] {
  switch (secret.type) {
    case "kubernetes.io/ssh-auth":
      return isSet(secret, "ssh-privatekey") ? [] : [missing("ssh-privatekey")];
    case "kubernetes.io/basic-auth":
      return has(secret, "username") || has(secret, "password") ? [] : [missing("username"), missing("password")];
    case "kubernetes.io/tls":
      return ["tls.crt", "tls.key"].filter((key) => !has(secret, key)).map(missing);
    case "kubernetes.io/dockercfg":
      return jsonRules(secret, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return jsonRules(secret, ".dockerconfigjson");
    case "kubernetes.io/service-account-token": {
      const annotation = "kubernetes.io/service-account.name";
      const account = secret.metadata.annotations?.[annotation] ?? "";
      return account === "" ? [required(`metadata.annotations[${annotation}]`)] : [];
    }
    default:
      return [];
  }
}

function has({ data, stringData }: Secret, key: string): boolean {
  return Object.hasOwn(data ?? {}, key) || Object.hasOwn(stringData ?? {}, key);
}

function isSet(secret: Secret, key: string): boolean {
  return has(secret, key) && (secret.stringData?.[key] ?? secret.data?.[key]) !== "";
}

function missing(key: string): StatusCause {
  return required(`data[${key}]`);
}

function jsonRules(secret: Secret, key: string): StatusCause[] {
  if (!has(secret, key)) return [missing(key)];
  try {
    JSON.parse(secret.stringData?.[key] ?? atob(secret.data?.[key] ?? ""));
    return [];
  } catch {
    return [invalidValue(`data[${key}]`, "<secret contents redacted>", "must be JSON")];
  }
}
