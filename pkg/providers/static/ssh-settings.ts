import { createHash } from "node:crypto";
import {
  type Resource,
  type ResourcePool,
  type Secret,
  type SshIdentity,
  type SshSettings,
  secretText,
} from "../../api/index.ts";
import type { ProviderPorts } from "../../fabric/index.ts";
import { type HostKeyPolicy, keyTypesOf, knownHostKeys, type SshTarget } from "../../remote/index.ts";
import { StatusError } from "../../status/index.ts";

/** For a Resource that belongs to no pool. */
const withoutPool: SshSettings = {
  user: "root",
  port: 22,
  sudo: false,
  hostKeys: "AcceptNew",
  jump: [],
  connectTimeout: "10s",
  maxStarting: 16,
};

/** The pool's settings with what the machine has of its own. */
export function settingsOf(resource: Resource, pool: ResourcePool | undefined): SshSettings {
  return { ...withoutPool, ...pool?.spec.ssh, ...resource.spec.ssh, port: resource.spec.port };
}

/** With what to log in. */
export type Login = Pick<SshTarget, "privateKey" | "passphrase" | "agentSocket">;

/** Rejects with NotFound where the Secret is missing, Invalid where there is no key. */
export async function loginOf(
  identity: SshIdentity | undefined,
  ports: ProviderPorts,
  agentSocket: string | undefined,
): Promise<Login> {
  if (identity === undefined) {
    if (agentSocket !== undefined) return { agentSocket };
    throw new StatusError(
      "Invalid",
      "no key to log in with: set ssh.identity.secretRef to a Secret of type kubernetes.io/ssh-auth",
    );
  }
  const { namespace, name } = identity.secretRef;
  const secret = await ports.secret(identity.secretRef);
  if (secret === undefined)
    throw new StatusError("NotFound", `secrets "${name}" in namespace "${namespace}" not found`);
  return keyIn(secret, `${namespace}/${name}`);
}

function keyIn(secret: Secret, name: string): Login {
  const privateKey = secretText(secret, "ssh-privatekey");
  if (privateKey === undefined) {
    throw new StatusError(
      "Invalid",
      `Secret ${name} holds no ssh-privatekey: it has to be of type kubernetes.io/ssh-auth`,
    );
  }
  const passphrase = secretText(secret, "passphrase");
  return { privateKey, ...(passphrase !== undefined && { passphrase }) };
}

/** `pinned` is the key that was presented at first contact, or trusted since. */
export function hostKeyPolicy(settings: SshSettings, host: string, port: number, pinned?: string): HostKeyPolicy {
  const known = knownHostKeys(settings.knownHosts ?? "", host, port);
  const isStrict = settings.hostKeys === "Strict";
  if (!isStrict && pinned !== undefined) return { kind: "pinned", fingerprints: [pinned] };
  if (!isStrict && known.length === 0) return { kind: "acceptNew" };
  return { kind: "pinned", fingerprints: known.map((key) => key.fingerprint), types: keyTypesOf(known) };
}

/** The hosts to go through, in order. */
export function jumpsOf(settings: SshSettings, login: Login): SshTarget[] {
  return settings.jump.map(({ host, port, user }) => ({
    ...login,
    host,
    port,
    user: user ?? settings.user,
    hostKeys: hostKeyPolicy(settings, host, port),
  }));
}

/** Holds no secret: keys go in as part of a hash. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
