import type { SignedDocument } from "./document.ts";

/**
 * Machines measure round trips to each other and find out where they are in the network. Of an agent by its server,
 * besides what stands in routes.ts:
 *
 * PUT  /v1/network   SignedNetworkOrder → 200; 403 bad signature, 409 older than the one held.
 * GET  /v1/clock     ClockAnswer: the machine's wall clock now.
 *
 * Between agents a datagram each way over UDP, of the same size, so that nobody gets more out of an agent than was put in:
 * the word of the order (16 bytes), 1 for a question or 2 for its answer, a number that the asker has drawn (16 bytes), and in an
 * answer where its sender is: x, y, z, height, error, five 32-bit floats. A datagram without the word is not answered.
 */
export const networkRoute = "/v1/network";
export const clockRoute = "/v1/clock";

/** Whom an agent measures to. Always whole; the last one holds. */
export interface NetworkOrder {
  readonly kind: "NetworkOrder";
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
  /** A later order has a larger number. */
  readonly generation: number;
  /** Known to the agents of one server: 16 bytes, base64. */
  readonly word: string;
  /** Where it answers others; 0: any port that is free. */
  readonly port: number;
  readonly peers: readonly NetworkPeer[];
}

export interface NetworkPeer {
  readonly uid: string;
  readonly address: string;
  readonly port: number;
}

export type SignedNetworkOrder = SignedDocument;

export interface ClockAnswer {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What an agent has found out about where it is; part of its report. */
export interface NetworkReport {
  /** Of the order that it holds. */
  readonly generation: number;
  /** Where it answers others; absent: it does not. */
  readonly port?: number;
  /** Why it does not, though it should. */
  readonly listenFailure?: string;
  /** Absent while it has not measured enough. */
  readonly place?: NetworkPlace;
  /** uids of peers of which it gets no answer. */
  readonly silent: readonly string[];
}

/** As last told: it is told again when it has changed noticeably. */
export interface NetworkPlace {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly height: number;
  /** How far off estimates of it are, as a share of what is measured. */
  readonly error: number;
  /** Milliseconds, by the uid of the peer. */
  readonly roundTrips: Readonly<Record<string, number>>;
  /** RFC 3339, by the machine's clock: when it was as told. */
  readonly at: string;
  /** No peer has answered for minutes. */
  readonly stale?: true;
}
