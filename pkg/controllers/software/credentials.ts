import type { Secret, SoftwareSource } from "../../api/index.ts";
import { type Credentials, type GitCredentials, secretCredentials } from "../../git/index.ts";

/** Credentials of a source, out of the Secret that it names. */
export function credentialsOf(
  { secretRef, git, url = "" }: SoftwareSource,
  secret: (name: string) => Secret | undefined,
): Credentials {
  if (secretRef === undefined) return { found: { kind: "none" } };
  return secretCredentials(secretRef.name, secret(secretRef.name), git?.url ?? url);
}

/** As headers of a request. */
export function headersOf(credentials: GitCredentials): Readonly<Record<string, string>> {
  if (credentials.kind === "token") return { authorization: `Bearer ${credentials.token}` };
  if (credentials.kind !== "login") return {};
  const { username, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
