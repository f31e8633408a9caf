import { type Secret, type SoftwareSource, secretText } from "../../api/index.ts";
import type { GitCredentials } from "../../git/index.ts";

/** What a source is asked with, or what of it is not there, in words. */
export type Credentials = { readonly found: GitCredentials } | { readonly missing: string };

/**
 * Credentials of a source: the Secret's keys `username` and `password` (as of type kubernetes.io/basic-auth, RFC 7617), or
 * `token`, sent as a bearer token (RFC 6750); for ssh those of type kubernetes.io/ssh-auth.
 */
export function credentialsOf(
  { secretRef, git }: SoftwareSource,
  secret: (name: string) => Secret | undefined,
): Credentials {
  if (secretRef === undefined) return { found: { kind: "none" } };
  const { name } = secretRef;
  const held = secret(name);
  if (held === undefined) return { missing: `Secret ${name} is not there` };
  const text = (key: string): string | undefined => secretText(held, key);
  if (git !== undefined && !/^https?:/i.test(git.url)) return sshKeyOf(name, text);
  const [token, username, password] = ["token", "username", "password"].map(text);
  if (token !== undefined) return { found: { kind: "token", token: token.trim() } };
  if (username === undefined || password === undefined) {
    return { missing: `Secret ${name} has neither the key token nor the keys username and password` };
  }
  return { found: { kind: "login", username, password } };
}

/** As headers of a request. */
export function headersOf(credentials: GitCredentials): Readonly<Record<string, string>> {
  if (credentials.kind === "token") return { authorization: `Bearer ${credentials.token}` };
  if (credentials.kind !== "login") return {};
  const { username, password } = credentials;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

function sshKeyOf(name: string, text: (key: string) => string | undefined): Credentials {
  const [privateKey, passphrase, knownHosts] = ["ssh-privatekey", "passphrase", "known_hosts"].map(text);
  if (privateKey === undefined) return { missing: `Secret ${name} has no key ssh-privatekey` };
  return {
    found: {
      kind: "ssh",
      privateKey,
      ...(passphrase !== undefined && { passphrase }),
      ...(knownHosts !== undefined && { knownHosts }),
    },
  };
}
