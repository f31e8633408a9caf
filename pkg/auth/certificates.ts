// The library finds its parts by decorators, which need this.
import "reflect-metadata";
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

const dayMs = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** Machines' clocks differ; a certificate is good from a day before it is made. */
const backdateMs = dayMs;

/** A certificate and its private key, both PEM. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** CN. */
  readonly name: string;
  /** O, one each. */
  readonly groups?: readonly string[];
  /** Host names and IP addresses that a server certificate is good for. */
  readonly hosts?: readonly string[];
  readonly usage: "server" | "client";
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Makes a certificate authority: its own key, its own signature. */
export async function makeAuthority(options: {
  readonly name: string;
  readonly days: number;
  readonly now: number;
}): Promise<Credential> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [options.name] }],
      notBefore: new Date(options.now - backdateMs),
      notAfter: new Date(options.now + options.days * dayMs),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: toPem(certificate), key: await exportKey(keys.privateKey) };
}

/** Makes a key and a certificate for it, signed by `authority`. */
export async function issueCertificate(authority: Credential, options: IssueOptions): Promise<Credential> {
  const keys = await makeKeys();
  const certificate = await sign(authority, keys.publicKey, {
    ...options,
    usages: [options.usage === "server" ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth],
  });
  return { certificate, key: await exportKey(keys.privateKey) };
}

/** A certificate, PEM, for a key that somebody else holds, who may be either end of a connection. */
export async function certifyKey(
  authority: Credential,
  options: Pick<IssueOptions, "name" | "days" | "now"> & {
    /** SPKI PEM. Rejects where it is none of P-256. */
    readonly publicKey: string;
  },
): Promise<string> {
  const der = createPublicKey(options.publicKey).export({ format: "der", type: "spki" });
  const publicKey = await webcrypto.subtle.importKey("spki", der, algorithm, true, ["verify"]);
  const usages = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth];
  return sign(authority, publicKey, { ...options, usages });
}

/** What each signature of an authority needs; to read it costs more than to sign. */
interface Signer {
  readonly issuer: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly keyIdentifier: x509.Extension;
}

const signers = new WeakMap<Credential, Promise<Signer>>();

function signerOf(authority: Credential): Promise<Signer> {
  const known = signers.get(authority);
  if (known !== undefined) return known;
  const signer = readSigner(authority);
  signers.set(authority, signer);
  return signer;
}

async function readSigner({ certificate, key }: Credential): Promise<Signer> {
  const issuer = new x509.X509Certificate(certificate);
  const keyIdentifier = await x509.AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto);
  return { issuer, signingKey: await importKey(key), keyIdentifier };
}

async function sign(
  authority: Credential,
  publicKey: webcrypto.CryptoKey,
  options: Omit<IssueOptions, "usage"> & { readonly usages: x509.ExtendedKeyUsageType[] },
): Promise<string> {
  const { issuer, signingKey, keyIdentifier } = await signerOf(authority);
  const names = (options.hosts ?? []).map((host) => ({
    type: isIP(host) === 0 ? ("dns" as const) : ("ip" as const),
    value: host,
  }));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      issuer: issuer.subject,
      subject: [...(options.groups ?? []).map((group) => ({ O: [group] })), { CN: [options.name] }],
      notBefore: new Date(options.now - backdateMs),
      notAfter: new Date(options.now + options.days * dayMs),
      signingAlgorithm: algorithm,
      signingKey,
      publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(options.usages),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
        keyIdentifier,
      ],
    },
    webcrypto,
  );
  return toPem(certificate);
}

/** Facts of a PEM certificate by which one decides whether it must be made anew. */
export interface CertificateFacts {
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  readonly hosts: readonly string[];
}

export function readCertificate(pem: string): CertificateFacts {
  const certificate = new x509.X509Certificate(pem);
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return { notAfter: certificate.notAfter.getTime(), hosts: names.map((name) => name.value) };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function serialNumber(): string {
  // Positive (top bit clear) and never zero at the front, as RFC 5280 asks.
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

function toPem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
