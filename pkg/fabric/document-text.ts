import type { AgentDocument, ClaimOrder, PeersDocument } from "../protocol/index.ts";

/** Of peers, which all members of an application share, and which are most of their documents: written once for all of them. */
const peersTexts = new WeakMap<PeersDocument, string>();

/** The document as JSON. */
export function documentText({ claims, ...document }: AgentDocument): string {
  return `${withoutEnd(document)},"claims":[${claims.map(orderText).join(",")}]}`;
}

function orderText({ peers, ...order }: ClaimOrder): string {
  return `${withoutEnd(order)},"peers":${peersText(peers)}}`;
}

function peersText(peers: PeersDocument): string {
  const known = peersTexts.get(peers);
  if (known !== undefined) return known;
  const text = JSON.stringify(peers);
  peersTexts.set(peers, text);
  return text;
}

/** The text of an object that is not empty, up to its closing brace. */
function withoutEnd(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}
