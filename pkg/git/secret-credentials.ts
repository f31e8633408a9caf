import { type Secret, secretText } from "../api/index.ts";
import type { GitCredentials } from "./credentials.ts";

/** What an address is asked with, or what of it is not there, in words. */
export type Credentials = { readonly found: GitCredentials } | { readonly missing: string };

/**
 * Credentials of an address out of a Secret: its keys `username` and `password` (as of type kubernetes.io/basic-auth, RFC
 * 7617), or `token`, sent as a bearer token (RFC 6750); for what is no http address those of type kubernetes.io/ssh-auth.
 */
export function secretCredentials(name: string, held: Secret | undefined, url: string): Credentials {
  if (held === undefined) return { missing: `Secret ${name} is not there` };
  const text = (key: string): string | undefined => secretText(held, key);
  if (!/^https?:/i.test(url)) return sshKeyOf(name, text);
  const [token, username, password] = ["token", "username", "password"].map(text);
  if (token !== undefined) return { found: { kind: "token", token: token.trim() } };
  if (username === undefined || password === undefined) {
    return { missing: `Secret ${name} has neither the key token nor the keys username and password` };
  }
  return { found: { kind: "login", username, password } };
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
