import type { SignedDocument } from "./document.ts";

/**
 * The tree of agents: those with a parent are reached through it. A child connects to its parent by mutual TLS and then
 * serves HTTP/2 on that connection, whose client the parent is: the upper end of a link is always the client. The
 * parent passes on what the server sends to the child, and cannot read it: inside runs TLS between server and child.
 *
 * Of an agent by its server, besides what stands in routes.ts:
 *
 * GET  /v1/tree        → TreeKey. The private key is made anew by each agent, and is on no disk.
 * PUT  /v1/tree        SignedTreeOrder → 200; 403 bad signature, 409 older than the one held.
 * POST /v1/relay/:uid  what is sent and answered from here on goes to and comes from the child; 404 where it is not
 *                      connected.
 *
 * Of a child by its parent:
 *
 * POST /v1/relayed     what follows is TLS, whose client the server is.
 */
export const treeRoutes = { tree: "/v1/tree", relay: "/v1/relay", relayed: "/v1/relayed" } as const;

/** How the parent's listener knows what a connection is for. */
export const relayProtocol = "plush-relay/1";

/** CN of the server's own certificate by the agents' authority; those of agents have the uid of their Resource. */
export const serverName = "plush-server";

/** What each relayed stream may have on its way at each hop: one that is not read keeps no other from going on. */
export const relayStreamBytes = 1 << 20;
/** Of all streams of a link together: enough for many that are not read. */
export const relayLinkBytes = 512 << 20;

/** Whom an agent may serve and whom it should connect to. Always whole; the last one holds. */
export interface TreeOrder {
  readonly kind: "TreeOrder";
  readonly clusterUid: string;
  readonly resourceUid: string;
  readonly term: number;
  /** A later order has a larger number. */
  readonly generation: number;
  /** PEM: the authority of the agents' certificates. */
  readonly authority: string;
  /** PEM: this agent's, for the key that it has told. */
  readonly certificate: string;
  /** Absent: it does not listen. */
  readonly listen?: TreeListen;
  /** In the order in which they are tried; empty: it has no parent. */
  readonly parents: readonly TreeParent[];
  /** Either end of a link between agents hears of the other so often. */
  readonly pingMs: number;
}

export interface TreeListen {
  /** 0: any that is free. */
  readonly port: number;
  /** uids of those who may connect. */
  readonly children: readonly string[];
}

export interface TreeParent {
  readonly uid: string;
  readonly address: string;
  readonly port: number;
}

export type SignedTreeOrder = SignedDocument;

export interface TreeKey {
  /** SPKI PEM. */
  readonly publicKey: string;
}

/** Where an agent stands in the tree, as it sees it; part of its report while it holds an order. */
export interface TreeReport {
  /** Of the order that it holds. */
  readonly generation: number;
  /** Where it listens; absent: it does not. */
  readonly port?: number;
  /** Why it does not, though it should. */
  readonly listenFailure?: string;
  /** uid of the parent that it is connected to. */
  readonly parent?: string;
  /** How long it took to connect to it: a round trip and the handshake. */
  readonly connectMs?: number;
  /** Parents that it could not connect to when it last tried, in words. */
  readonly failures: Readonly<Record<string, string>>;
  /** uids of the children that are connected. */
  readonly children: readonly string[];
}
