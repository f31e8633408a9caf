import { createHash } from "node:crypto";
import type { PeerEntry, PeersDocument } from "../protocol/index.ts";

export type PeerComponents = PeersDocument["components"];

const known = new WeakMap<PeerComponents, string>();
/** From one state to the next most members are the very same. */
const entryTexts = new WeakMap<PeerEntry, string>();

/** The components as JSON. */
export function peersText(components: PeerComponents): string {
  const parts = Object.entries(components).map(
    ([name, entries]) => `${JSON.stringify(name)}:[${entries.map(entryText).join(",")}]`,
  );
  return `{${parts.join(",")}}`;
}

function entryText(entry: PeerEntry): string {
  const before = entryTexts.get(entry);
  if (before !== undefined) return before;
  const text = JSON.stringify(entry);
  entryTexts.set(entry, text);
  return text;
}

/** "sha256:HEX" of the components as JSON, which is the same text again for what was read from it; worked out once. */
export function peersDigest(components: PeerComponents): string {
  const before = known.get(components);
  if (before !== undefined) return before;
  const digest = digestOf(peersText(components));
  known.set(components, digest);
  return digest;
}

/** The components of which a text is JSON, if it has that digest: it is nobody's else then than who named it. */
export function readPeers(text: string, digest: string): PeerComponents | undefined {
  if (digestOf(text) !== digest) return undefined;
  const components = JSON.parse(text) as PeerComponents;
  known.set(components, digest);
  return components;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
