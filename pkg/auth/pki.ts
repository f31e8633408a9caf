import { chmod, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeDirectory, syncPath, toDiskStatus } from "../disk/index.ts";
import { type Credential, issueCertificate, makeAuthority, readCertificate } from "./certificates.ts";
import { mastersGroup } from "./identity.ts";

const authorityDays = 3650;
const leafDays = 365;
/** A certificate with less than this left is made anew at start. */
const renewBeforeMs = 60 * 86_400_000;

/** What a server needs to serve over TLS, and its administrator to be let in. */
export interface Pki {
  /** The authority that signs servers and clients; its key never leaves the data directory. */
  readonly authority: Credential;
  readonly server: Credential;
  /** CN admin, O system:masters. */
  readonly admin: Credential;
}

export interface PkiOptions {
  /** Names and addresses under which clients reach the server; loopback is always among them. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const loopback = ["localhost", "127.0.0.1", "::1"];

/**
 * The keys and certificates in `directory`: made at the first start, kept after that. The server's and the
 * administrator's are made anew when they run out soon, the server's also when it lacks one of `hosts`.
 */
export async function ensurePki(directory: string, options: PkiOptions): Promise<Pki> {
  makeDirectory(directory);
  const { now } = options;
  const authority =
    (await readCredential(directory, "ca")) ??
    (await save(directory, "ca", await makeAuthority({ name: "plush-ca", days: authorityDays, now })));

  const hosts = [...new Set([...loopback, ...options.hosts])];
  const server = await current(directory, "server", { now, hosts }, () =>
    issueCertificate(authority, { name: "plush-server", hosts, usage: "server", days: leafDays, now }),
  );
  const admin = await current(directory, "admin", { now, hosts: [] }, () =>
    issueCertificate(authority, { name: "admin", groups: [mastersGroup], usage: "client", days: leafDays, now }),
  );
  return { authority, server, admin };
}

/** What the server needs among agents, which know each other by an authority of their own: it lets nobody into the API. */
export interface AgentPki {
  readonly authority: Credential;
  /** The server's own, by which agents know it. */
  readonly server: Credential;
}

/** As ensurePki. `name`: CN of the server's certificate. */
export async function ensureAgentPki(
  directory: string,
  { name, now }: { readonly name: string; readonly now: number },
): Promise<AgentPki> {
  makeDirectory(directory);
  const known = await readCredential(directory, "agents-ca");
  const make = () => makeAuthority({ name: "plush-agents-ca", days: authorityDays, now });
  const authority = known ?? (await save(directory, "agents-ca", await make()));
  const issue = () => issueCertificate(authority, { name, usage: "client", days: leafDays, now });
  const server =
    known === undefined
      ? await save(directory, "agents-server", await issue())
      : await current(directory, "agents-server", { now, hosts: [] }, issue);
  return { authority, server };
}

/**
 * The text of a kubeconfig with which kubectl and client libraries reach a server: JSON, which is YAML, and is read
 * without a YAML parser by who is in a hurry.
 */
export function makeKubeconfig(options: {
  readonly url: string;
  /** PEM certificate of the authority. */
  readonly authority: string;
  readonly credential: Credential;
  readonly user: string;
}): string {
  const { url, authority, credential, user } = options;
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "plush", cluster: { server: url, "certificate-authority-data": base64(authority) } }],
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": base64(credential.certificate),
          "client-key-data": base64(credential.key),
        },
      },
    ],
    contexts: [{ name: "plush", context: { cluster: "plush", user, namespace: "default" } }],
    "current-context": "plush",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/**
 * Writes a file that holds a secret: readable by its owner alone, whole or not at all, and there also after a power loss.
 * ServiceUnavailable where the disk is full or read-only; then the file is as it was.
 */
export async function writeSecretFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeSynced(temporary, content);
    // A file left over by a crash keeps the mode it had.
    await chmod(temporary, 0o600);
    await rename(temporary, path);
    syncPath(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw toDiskStatus(path, error);
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function current(
  directory: string,
  name: string,
  wanted: { readonly now: number; readonly hosts: readonly string[] },
  make: () => Promise<Credential>,
): Promise<Credential> {
  const known = await readCredential(directory, name);
  if (known !== undefined) {
    const facts = readCertificate(known.certificate);
    const good =
      facts.notAfter > wanted.now + renewBeforeMs && wanted.hosts.every((host) => facts.hosts.includes(host));
    if (good) return known;
  }
  return save(directory, name, await make());
}

/** Key and certificate are one file, so that a crash never leaves a key beside another key's certificate. */
async function save(directory: string, name: string, credential: Credential): Promise<Credential> {
  await writeSecretFile(join(directory, `${name}.pem`), `${credential.certificate}${credential.key}`);
  return credential;
}

async function readCredential(directory: string, name: string): Promise<Credential | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, `${name}.pem`), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const [certificate, key] = [
    /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/,
    /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/,
  ].map((pattern) => pattern.exec(text)?.[0]);
  if (certificate === undefined || key === undefined)
    throw new Error(`${join(directory, `${name}.pem`)} does not hold a certificate and its key`);
  return { certificate, key };
}
