import { createHash, createHmac } from "node:crypto";

/**
 * Which host key may be presented. acceptNew: any, the caller pins what it saw. pinned: one of these fingerprints; with
 * `types`, keys of these types are asked for, so that a machine with several shows the known one.
 */
export type HostKeyPolicy =
  | { readonly kind: "acceptNew" }
  | { readonly kind: "pinned"; readonly fingerprints: readonly string[]; readonly types?: readonly string[] };

export interface KnownHostKey {
  readonly type: string;
  readonly fingerprint: string;
}

/** As `ssh-keygen -l` writes it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The keys that a known_hosts text holds for a host; revoked keys and certificate authorities are left out. */
export function knownHostKeys(text: string, host: string, port: number): KnownHostKey[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return text.split("\n").flatMap((line) => {
    const [patterns = "", type = "", key = ""] = line.trim().split(/\s+/);
    if (patterns === "" || patterns.startsWith("#") || patterns.startsWith("@") || key === "") return [];
    if (!patterns.split(",").some((pattern) => matches(pattern, name))) return [];
    return [{ type, fingerprint: fingerprintOf(Buffer.from(key, "base64")) }];
  });
}

/** Algorithms to offer for keys of the types found in known_hosts. */
export function keyTypesOf(keys: readonly KnownHostKey[]): string[] {
  const types = new Set(keys.map((key) => key.type));
  return [...types].flatMap((type) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith("|1|")) return pattern === name;
  const [, , salt = "", hash = ""] = pattern.split("|");
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
