import { type PeerComponents, packPeers, peersDigest } from "../peers/index.ts";
import type {
  AgentDocument,
  ClaimOrder,
  DocumentBody,
  PeersDocument,
  SentPeers,
  SignedDocument,
  WrittenOrder,
} from "../protocol/index.ts";

/** What is sent of a document, with the text in which it is sent. */
export interface SentDocument extends DocumentBody {
  /** JSON. */
  readonly body: string;
}

/** What an agent is believed to hold; where it does not, it says so. */
export interface HeldPeers {
  /** Digests. */
  readonly digests: ReadonlySet<string>;
  /** Of the document that it accepted last, as far as that is known. */
  readonly claims: readonly ClaimOrder[];
}

export const nothingHeld: HeldPeers = { digests: new Set(), claims: [] };

/** The document as JSON, with names in place of its peers. */
export function documentText({ claims, ...document }: AgentDocument): string {
  const orders = claims.map((order): WrittenOrder => ({ ...order, peers: named(order.peers) }));
  return JSON.stringify({ ...document, claims: orders });
}

/** Digests of the peers that a document names. */
export function digestsIn({ claims }: AgentDocument): ReadonlySet<string> {
  return new Set(claims.flatMap(({ peers }) => (isNobody(peers) ? [] : peersDigest(peers.components))));
}

/** The document signed, with those peers that the agent lacks. */
export function sentDocument(
  document: AgentDocument,
  held: HeldPeers,
  sign: (payload: string) => SignedDocument,
): SentDocument {
  const signed = sign(documentText(document));
  const peers = lackingPeers(document, held);
  return { ...signed, peers, body: JSON.stringify({ ...signed, peers }) };
}

function lackingPeers({ claims }: AgentDocument, held: HeldPeers): readonly SentPeers[] {
  const lacking = new Map<string, SentPeers>();
  for (const { uid, peers } of claims) {
    if (isNobody(peers)) continue;
    const digest = peersDigest(peers.components);
    if (held.digests.has(digest) || lacking.has(digest)) continue;
    lacking.set(digest, packPeers(peers.components, formerPeers(uid, held)));
  }
  return [...lacking.values()];
}

/** What the agent holds of the claim's peers: those of now differ little from them. */
function formerPeers(claimUid: string, { claims, digests }: HeldPeers): PeerComponents | undefined {
  const former = claims.find(({ uid }) => uid === claimUid)?.peers;
  if (former === undefined || isNobody(former)) return undefined;
  return digests.has(peersDigest(former.components)) ? former.components : undefined;
}

function named(peers: PeersDocument): WrittenOrder["peers"] {
  return isNobody(peers) ? peers : { revision: peers.revision, digest: peersDigest(peers.components) };
}

function isNobody({ components }: PeersDocument): boolean {
  return Object.keys(components).length === 0;
}
