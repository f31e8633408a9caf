import type { AgentDocument, ClaimOrder, PeersDocument, SignedDocument } from "./document.ts";

/**
 * A document as it is signed and kept. Peers, which all members of an application share and which are most of what their
 * machines are told, are named by the digest of their text: that is signed with it, and so they are, wherever they come from.
 */
export interface WrittenDocument extends Omit<AgentDocument, "claims"> {
  readonly claims: readonly WrittenOrder[];
}

export interface WrittenOrder extends Omit<ClaimOrder, "peers"> {
  /** In full where there are none, and in documents of agents of before. */
  readonly peers: PeersReference | PeersDocument;
}

export interface PeersReference {
  readonly revision: number;
  /** "sha256:HEX" of the components as JSON. */
  readonly digest: string;
}

/** Body of PUT /v1/document: with the peers that the agent is not known to hold, the same bytes for all who are sent the same. */
export interface DocumentBody extends SignedDocument {
  readonly peers?: readonly SentPeers[];
}

/** Peers that a document names, whole or as what has changed. Nobody signs them: they are what their digest says, or nothing. */
export interface SentPeers {
  readonly digest: string;
  /** Digest of those, which the agent holds, from which these differ; absent: they are whole. */
  readonly since?: string;
  /** JSON of the components, or of what has changed in each, deflated (RFC 1951), base64. */
  readonly deflated: string;
}

/** By component, in their order; a component that is not among them is gone. */
export type PeersChanges = Readonly<Record<string, PeersChange>>;

export interface PeersChange {
  /** Members that are new or have changed. */
  readonly set: PeersDocument["components"][string];
  /** Ordinals where nobody is any more. */
  readonly gone: readonly number[];
}
