import { type PeerComponents, unpackPeers } from "../../peers/index.ts";
import type { AgentDocument, ClaimOrder, DocumentBody, WrittenDocument } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";

export type PeersByDigest = ReadonlyMap<string, PeerComponents>;

export interface WholeDocument {
  readonly document: AgentDocument;
  /** Those that it names: what may be left out of the next one, if that names them too. */
  readonly peers: PeersByDigest;
}

/**
 * The document with the peers that it names: those that are held, and those that came with it; claims that name the same
 * share them. Throws Expired where some are neither, as after a message that was lost: they have to be sent whole. Throws
 * Invalid for peers that are not what their digest says.
 */
export function withPeers(
  written: WrittenDocument,
  { peers: sent = [] }: DocumentBody,
  held: PeersByDigest,
  unpack: typeof unpackPeers = unpackPeers,
): WholeDocument {
  const received = (digest: string): PeerComponents => {
    const found = sent.find((one) => one.digest === digest);
    if (found === undefined) throw new StatusError("Expired", `peers ${digest} are not here`);
    return unpack(found, held);
  };
  const found = new Map<string, PeerComponents>();
  const find = (digest: string): PeerComponents => {
    const components = found.get(digest) ?? held.get(digest) ?? received(digest);
    found.set(digest, components);
    return components;
  };
  const claims = written.claims.map(({ peers, ...order }): ClaimOrder => {
    if (!("digest" in peers)) return { ...order, peers };
    return { ...order, peers: { revision: peers.revision, components: find(peers.digest) } };
  });
  return { document: { ...written, claims }, peers: found };
}
