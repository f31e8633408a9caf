import { generateKeyPairSync } from "node:crypto";
import type { PeerCertificate, SecureContextOptions } from "node:tls";
import type { TreeKey, TreeOrder } from "../../protocol/index.ts";

/** What an agent shows to others of the tree, and by what it knows them. */
export type Credentials = Required<Pick<SecureContextOptions, "key" | "cert" | "ca">> & {
  readonly minVersion: "TLSv1.3";
};

/** The agent's own key: made when it is first asked for, and never written anywhere. */
export class TreeIdentity {
  #keys: { readonly publicKey: string; readonly privateKey: string } | undefined;

  get key(): TreeKey {
    return { publicKey: this.#pair.publicKey };
  }

  credentials({ authority, certificate }: Pick<TreeOrder, "authority" | "certificate">): Credentials {
    return { key: this.#pair.privateKey, cert: certificate, ca: authority, minVersion: "TLSv1.3" };
  }

  get #pair(): { readonly publicKey: string; readonly privateKey: string } {
    this.#keys ??= generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    return this.#keys;
  }
}

/** Whom a certificate, whose signature was verified, is for. */
export function nameIn(certificate: PeerCertificate): string {
  const name: unknown = certificate.subject?.CN;
  return typeof name === "string" ? name : "";
}
