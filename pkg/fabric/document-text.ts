import type { AgentDocument, PeersDocument, SignedDocument } from "../protocol/index.ts";

/** A signed document with the text in which it is sent. */
export interface SentDocument extends SignedDocument {
  /** JSON. */
  readonly body: string;
}

/** A text, and the same within a string of JSON: what is signed is sent as a string. */
interface Written {
  readonly text: string;
  readonly quoted: string;
}

/** Of peers, which all members of an application share, and which are most of their documents: written once for all of them. */
const knownPeers = new WeakMap<PeersDocument, Written>();

/** The document as JSON, signed, and that as JSON. */
export function signedText(document: AgentDocument, sign: (payload: string) => SignedDocument): SentDocument {
  const parts = partsOf(document);
  const sealed = sign(parts.map(({ text }) => text).join(""));
  const quoted = parts.map((part) => part.quoted).join("");
  return { ...sealed, body: `{"payload":"${quoted}","signature":${JSON.stringify(sealed.signature)}}` };
}

function partsOf({ claims, ...document }: AgentDocument): readonly Written[] {
  const orders = claims.flatMap(({ peers, ...order }, index) => [
    written(`${index === 0 ? "" : ","}${withoutEnd(order)},"peers":`),
    peersText(peers),
    written("}"),
  ]);
  return [written(`${withoutEnd(document)},"claims":[`), ...orders, written("]}")];
}

function peersText(peers: PeersDocument): Written {
  const known = knownPeers.get(peers);
  if (known !== undefined) return known;
  const made = written(JSON.stringify(peers));
  knownPeers.set(peers, made);
  return made;
}

function written(text: string): Written {
  return { text, quoted: JSON.stringify(text).slice(1, -1) };
}

/** The text of an object that is not empty, up to its closing brace. */
function withoutEnd(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
