import { expect, test } from "vitest";
import { type HeldPeers, nothingHeld, sentDocument } from "../../fabric/document-text.ts";
import { peersDigest } from "../../peers/index.ts";
import type { AgentConfig, AgentDocument, PeerEntry, PeersDocument } from "../../protocol/index.ts";
import { makeSealKeys, seal, unseal } from "../../seal/index.ts";
import { claimOrder, documentOf } from "../testing/orders.ts";
import type { DocumentFile } from "./document-file.ts";
import { DocumentKeeper } from "./document-keeper.ts";

const keys = makeSealKeys();
const config = { clusterUid: "cluster", resourceUid: "resource", serverKey: keys.publicKey } as AgentConfig;

const members = Array.from(
  { length: 30 },
  (_, ordinal): PeerEntry => ({
    ordinal,
    address: `10.0.0.${ordinal}`,
    ports: {},
    resource: "m",
    epoch: 1,
    ready: true,
  }),
);
const peersAt = (revision: number, epoch = 1): PeersDocument => ({
  revision,
  components: { servers: members.map((entry) => (entry.ordinal === 7 ? { ...entry, epoch } : entry)) },
});

/** A machine's disk, and agents on it one after the other. */
class Disk implements DocumentFile {
  text: string | undefined;
  writes = 0;

  async read(): Promise<string | undefined> {
    return this.text;
  }

  async replace(text: string): Promise<void> {
    this.text = text;
    this.writes++;
  }

  async agent(): Promise<DocumentKeeper> {
    const keeper = new DocumentKeeper({ file: this, config, unseal });
    await keeper.load();
    return keeper;
  }
}

const documentAt = (generation: number, peers: PeersDocument, change: Partial<AgentDocument> = {}): AgentDocument =>
  documentOf([claimOrder({ uid: "a", peers }), claimOrder({ uid: "b", peers })], { generation, ...change });
const body = (document: AgentDocument, held: HeldPeers = nothingHeld) =>
  sentDocument(document, held, (payload) => seal(payload, keys.privateKey));
const holding = ({ claims }: AgentDocument): HeldPeers => ({
  digests: new Set(claims.map(({ peers }) => peersDigest(peers.components))),
  claims,
});
const refused = (reason: string) => expect.objectContaining({ reason });

const [first, second] = [documentAt(1, peersAt(1)), documentAt(2, peersAt(2, 2))];
const third = documentAt(3, peersAt(3, 3));

test("B-DOC-1: an agent makes of changes what its peers are now, and its claims share them", async () => {
  const disk = new Disk();
  const agent = await disk.agent();
  await agent.accept(body(first));
  expect(agent.current).toEqual(first);
  const sent = body(second, holding(first));
  expect(sent.peers?.map(({ since }) => since)).toEqual([...holding(first).digests]);
  await agent.accept(sent);
  expect(agent.current).toEqual(second);
  const [one, other] = agent.current?.claims ?? [];
  expect(one?.peers.components).toBe(other?.peers.components);
  expect(agent.peers).toEqual([...holding(second).digests]);
  // Another number for the same members: nothing is sent of them.
  const renumbered = documentAt(4, { ...peersAt(9, 2) });
  const bare = body(renumbered, holding(second));
  expect(bare.peers).toEqual([]);
  await agent.accept(bare);
  expect(agent.current).toEqual(renumbered);
  expect(agent.current?.claims[0]?.peers.components).toBe(one?.peers.components);
});

test("B-DOC-2: of a document whose peers are not there nothing is taken, whatever it lacks, until they come", async () => {
  const disk = new Disk();
  const agent = await disk.agent();
  await agent.accept(body(first));
  const { text } = disk;
  const { peers: _none, ...bare } = body(second);
  const lacking = [
    bare,
    { ...bare, peers: [] },
    // Those of another document.
    { ...bare, peers: body(third).peers ?? [] },
    // Changes of what it has never held, as after a message that was lost.
    body(third, holding(second)),
  ];
  for (const one of lacking) await expect(agent.accept(one)).rejects.toThrow(refused("Expired"));
  expect([agent.current, agent.position, disk.text]).toEqual([first, { term: 1, generation: 1 }, text]);
  await agent.accept(body(third));
  expect(agent.current).toEqual(third);
});

test("B-DOC-2: nobody but the server says who peers are: forged, foreign and older ones are refused", async () => {
  const disk = new Disk();
  const agent = await disk.agent();
  await agent.accept(body(second));
  const [forged] = body(documentAt(3, peersAt(3, 99))).peers ?? [];
  const honest = body(third);
  const disguised = {
    ...honest,
    peers: [{ digest: honest.peers?.[0]?.digest ?? "", deflated: forged?.deflated ?? "" }],
  };
  await expect(agent.accept(disguised)).rejects.toThrow(refused("Invalid"));
  const renamed = {
    ...honest,
    payload: honest.payload.replaceAll(/sha256:[0-9a-f]+/g, forged?.digest ?? ""),
    peers: [],
  };
  await expect(agent.accept(renamed)).rejects.toThrow(refused("Forbidden"));
  const foreign = body(documentAt(3, peersAt(3), { resourceUid: "other" }));
  await expect(agent.accept(foreign)).rejects.toThrow(refused("Forbidden"));
  await expect(agent.accept(body(first))).rejects.toThrow(refused("Conflict"));
  await expect(agent.accept(body(documentAt(9, peersAt(9), { term: 0 })))).rejects.toThrow(refused("Conflict"));
  expect([agent.current, disk.writes]).toEqual([second, 1]);
  // What was refused has left nothing behind that could be built upon.
  await expect(agent.accept(body(documentAt(4, peersAt(4)), holding(first)))).rejects.toThrow(refused("Expired"));
});

test("B-DOC-3: the next agent has the document with its peers, and goes on from there", async () => {
  const disk = new Disk();
  const before = await disk.agent();
  await before.accept(body(first));
  await before.accept(body(second, holding(first)));
  const next = await disk.agent();
  expect([next.current, next.peers]).toEqual([second, [...holding(second).digests]]);
  await next.accept(body(third, holding(second)));
  expect(next.current).toEqual(third);
});

test("B-DOC-3: a file that was cut or changed is no document, rather than one with other peers", async () => {
  const disk = new Disk();
  await (await disk.agent()).accept(body(first));
  const text = disk.text ?? "";
  const without = JSON.stringify({ ...(JSON.parse(text) as object), peers: [] });
  const others = JSON.stringify({ ...(JSON.parse(text) as object), peers: body(second).peers });
  for (const broken of [text.slice(0, -20), "", without, others]) {
    disk.text = broken;
    const agent = await disk.agent();
    expect([agent.current, agent.position, agent.peers]).toEqual([undefined, { term: 0, generation: 0 }, []]);
    await agent.accept(body(first));
    expect(agent.current).toEqual(first);
  }
});

test("B-DOC-3: a document that an agent of before has kept, with its peers in it, is read", async () => {
  const disk = new Disk();
  disk.text = JSON.stringify(seal(JSON.stringify(second), keys.privateKey));
  const agent = await disk.agent();
  expect([agent.current, agent.position, agent.peers]).toEqual([second, { term: 1, generation: 2 }, []]);
});
