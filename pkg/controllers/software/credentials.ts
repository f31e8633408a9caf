import { type Secret, type Software, secretText } from "../../api/index.ts";

/** What a url is asked with, or what of it is not there, in words. */
export type Credentials = { readonly headers: Readonly<Record<string, string>> } | { readonly missing: string };

/**
 * Credentials of a package's url: the Secret's keys `username` and `password` (as of type kubernetes.io/basic-auth, RFC
 * 7617), or `token`, sent as a bearer token (RFC 6750).
 */
export function credentialsOf({ spec }: Software, secret: (name: string) => Secret | undefined): Credentials {
  const name = spec.source?.secretRef?.name;
  if (name === undefined) return { headers: {} };
  const found = secret(name);
  if (found === undefined) return { missing: `Secret ${name} is not there` };
  const [token, username, password] = ["token", "username", "password"].map((key) => secretText(found, key));
  if (token !== undefined) return { headers: { authorization: `Bearer ${token.trim()}` } };
  if (username === undefined || password === undefined) {
    return { missing: `Secret ${name} has neither the key token nor the keys username and password` };
  }
  return { headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` } };
}
