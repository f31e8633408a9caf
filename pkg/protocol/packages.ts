import type { SignedDocument } from "./document.ts";

/**
 * Packages travel from machine to machine: each agent fetches what it lacks from those that the server names, and serves
 * on what it has verified. Of an agent by its server, besides what stands in routes.ts:
 *
 * GET  /v1/packages  → PackageKey. The private key is made anew by each agent, and is on no disk.
 * PUT  /v1/packages  SignedPackageOrder → 200; 403 bad signature, 409 older than the one held.
 *
 * Between agents, over mutual TLS with `packageProtocol` for its ALPN, one package for each connection: a line of JSON,
 * PackageRequest; the answer is another, PackageAnswer, and where its status is 200 the bytes from the offset to the
 * package's end, as fast as the source has them itself. It is no HTTP: what frames cost is felt here.
 */
export const packageRoute = "/v1/packages";

export const packageProtocol = "plush-packages/1";

/** Whom an agent may fetch packages from, and whether it gives any to others. Always whole; the last one holds. */
export interface PackageOrder {
  readonly kind: "PackageOrder";
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
  /** A later order has a larger number. */
  readonly generation: number;
  /** Absent where it has to do with nobody else. */
  readonly identity?: PackageIdentity;
  /** Absent: it does not listen. */
  readonly listen?: PackageListen;
  readonly fetch: readonly PackageFetch[];
}

export interface PackageIdentity {
  /** PEM: the authority of the agents' certificates. */
  readonly authority: string;
  /** PEM: this agent's, for the key that it has told. */
  readonly certificate: string;
}

export interface PackageListen {
  /** 0: any that is free. */
  readonly port: number;
  /** So many are given packages at once; others are told to go elsewhere. */
  readonly uploads: number;
  /** To all of them together; absent: as much as they take. */
  readonly bytesPerSecond?: number;
}

/** A package that the agent needs and does not have. */
export interface PackageFetch {
  readonly digest: string;
  readonly size: number;
  /** The last chunk may be shorter. */
  readonly chunkBytes: number;
  /** sha256 of each chunk, one after the other, base64: the server vouches for them as for the package's digest. */
  readonly chunks: string;
  /** In the order in which they are tried; empty: the server sends it. */
  readonly sources: readonly PackagePeer[];
}

export interface PackagePeer {
  readonly uid: string;
  readonly address: string;
  readonly port: number;
}

export type SignedPackageOrder = SignedDocument;

export interface PackageKey {
  /** SPKI PEM. */
  readonly publicKey: string;
}

export interface PackageRequest {
  readonly digest: string;
  readonly offset: number;
  /** The server has planned that it comes from here: it need not stand behind those who come because another source failed them. */
  readonly planned?: boolean;
}

export interface PackageAnswer {
  /** 404: it has nothing of it; 503: it gives to enough others. */
  readonly status: 200 | 404 | 503;
  /** Of the whole package. */
  readonly size?: number;
  /** It has all of it; else it may have to wait for it itself. */
  readonly complete?: boolean;
}

/** What an agent has, and how it fares with others; part of its report. */
export interface PackagesReport {
  /** Of the order that it holds; 0: none. */
  readonly generation: number;
  /** Where it listens; absent: it does not. */
  readonly port?: number;
  /** Why it does not, though it should. */
  readonly listenFailure?: string;
  /** Digests of packages that are complete in its cache. */
  readonly held: readonly string[];
  /** Of the packages that it fetches: what did not go well, each source once. */
  readonly failures: readonly PackageFailure[];
}

export interface PackageFailure {
  readonly digest: string;
  /** uid of the source. */
  readonly source: string;
  /** Corrupt: it gave what is not the package. Ended: before all was there. Slow: another one took its place. */
  readonly reason: "Unreachable" | "Ended" | "Slow" | "Corrupt";
  readonly message: string;
}
