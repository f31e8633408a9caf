import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PeersChanges, SentPeers } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { applyChanges, changesBetween } from "./change-plan.ts";
import { type PeerComponents, peersDigest, peersText, readPeers } from "./text.ts";

/** Texts of peers are alike from member to member: the least effort finds nearly all of it. */
const level = 1;
/** Far more than the peers of any machine take. */
const maxBytes = 64 << 20;

/** By the digest of what they were made for, or "" for whole ones: each is made once for all machines that are sent it. */
const made = new WeakMap<PeerComponents, Map<string, SentPeers>>();

/** Peers for a machine that holds `before`, where it holds any of the same members. */
export function packPeers(components: PeerComponents, before?: PeerComponents): SentPeers {
  const since = before === undefined ? "" : peersDigest(before);
  const known = made.get(components) ?? new Map<string, SentPeers>();
  made.set(components, known);
  const packed = known.get(since) ?? pack(components, before) ?? packPeers(components);
  known.set(since, packed);
  return packed;
}

function pack(components: PeerComponents, before: PeerComponents | undefined): SentPeers | undefined {
  const digest = peersDigest(components);
  if (before === undefined) return { digest, deflated: deflate(peersText(components)) };
  const changes = changesBetween(before, components);
  return changes && { digest, since: peersDigest(before), deflated: deflate(JSON.stringify(changes)) };
}

/**
 * The peers, if they are what their digest says; nothing else about them is to be trusted. Throws Invalid for whole ones that
 * are not, Expired for changes of what is not held: those have to be sent whole.
 */
export function unpackPeers(sent: SentPeers, held: ReadonlyMap<string, PeerComponents>): PeerComponents {
  const components = unpack(sent, held);
  if (components !== undefined) return components;
  throw sent.since === undefined
    ? new StatusError("Invalid", `peers are not those of digest ${sent.digest}`)
    : new StatusError("Expired", `peers ${sent.digest} cannot be made of those that are here`);
}

function unpack(sent: SentPeers, held: ReadonlyMap<string, PeerComponents>): PeerComponents | undefined {
  const { digest, since, deflated } = sent;
  try {
    const text = inflateRawSync(Buffer.from(deflated, "base64"), { maxOutputLength: maxBytes }).toString();
    if (since === undefined) return readPeers(text, digest);
    const before = held.get(since);
    const after = before && applyChanges(before, JSON.parse(text) as PeersChanges);
    return after && peersDigest(after) === digest ? after : undefined;
  } catch {
    return undefined; // whatever it is, it has not that digest
  }
}

function deflate(text: string): string {
  return deflateRawSync(text, { level }).toString("base64");
}
