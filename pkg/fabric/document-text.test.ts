import { expect, test } from "vitest";
import { claimOrder, documentOf } from "../agent/testing/orders.ts";
import { peersDigest } from "../peers/index.ts";
import type { PeerEntry, PeersDocument, SentPeers } from "../protocol/index.ts";
import { digestsIn, nothingHeld, type SentDocument, sentDocument } from "./document-text.ts";

const entry = (ordinal: number, change: Partial<PeerEntry> = {}): PeerEntry => ({
  ...{ ordinal, address: `10.0.0.${ordinal}`, ports: { http: 80 }, resource: 'a"b\\\u2028', epoch: 1, ready: true },
  ...change,
});
const members = Array.from({ length: 20 }, (_, ordinal) => entry(ordinal));
const before: PeersDocument = { revision: 3, components: { web: members } };
const after: PeersDocument = { revision: 4, components: { web: members.with(7, entry(7, { epoch: 2 })) } };
const other: PeersDocument = { revision: 9, components: { db: [entry(0)] } };
const sign = (payload: string) => ({ payload, signature: "+/=" });

function namesIn({ payload }: SentDocument): unknown[] {
  return (JSON.parse(payload) as { claims: { peers: unknown }[] }).claims.map(({ peers }) => peers);
}

test("B-DOC-1: what is signed names peers by digest; a machine that holds none is sent those that are named, each once", () => {
  const document = documentOf([
    claimOrder({ uid: "a", peers: before }),
    claimOrder({ uid: "b", peers: before }),
    claimOrder({ uid: "c", peers: other }),
    claimOrder({ uid: "d", peers: { revision: 0, components: {} } }),
  ]);
  const sent = sentDocument(document, nothingHeld, sign);
  const [first, second] = [before, other].map(({ components }) => peersDigest(components));
  expect(namesIn(sent)).toEqual([
    { revision: 3, digest: first },
    { revision: 3, digest: first },
    { revision: 9, digest: second },
    { revision: 0, components: {} },
  ]);
  expect(sent.peers?.map(({ digest, since }) => [digest, since])).toEqual([
    [first, undefined],
    [second, undefined],
  ]);
  expect(digestsIn(document)).toEqual(new Set([first, second]));
  const { body, ...rest } = sent;
  expect(JSON.parse(body)).toEqual(rest);
});

test("B-DOC-1: of peers that are held nothing is sent, and of others what has changed, made once for all machines", () => {
  const held = {
    digests: new Set([peersDigest(before.components)]),
    claims: [claimOrder({ uid: "a", peers: before }), claimOrder({ uid: "c", peers: other })],
  };
  const sentFor = (peers: PeersDocument, uid = "a"): readonly SentPeers[] =>
    sentDocument(documentOf([claimOrder({ uid, peers })]), held, sign).peers ?? [];
  expect(sentFor(before)).toEqual([]);
  const [changes] = sentFor(after);
  expect(changes?.since).toBe(peersDigest(before.components));
  expect(sentFor(after)[0]).toBe(changes);
  expect(changes?.deflated.length).toBeLessThan(200);
  // What another claim holds, or what the agent no longer says that it holds, is nothing to begin from.
  for (const uid of ["b", "c"]) expect(sentFor(after, uid).map(({ since }) => since)).toEqual([undefined]);
});
