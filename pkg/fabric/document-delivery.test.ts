import { expect, test } from "vitest";
import { claimOrder, documentOf } from "../agent/testing/orders.ts";
import { FakeClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { peersDigest } from "../peers/index.ts";
import type { AgentDocument, PeersDocument } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession, DocumentAnswer } from "./agent-session.ts";
import { DocumentDelivery } from "./document-delivery.ts";
import { type SentDocument, sentDocument } from "./document-text.ts";

const members = Array.from({ length: 20 }, (_, ordinal) => {
  return { ordinal, address: "10.0.0.1", ports: {}, resource: "m", epoch: 1, ready: true };
});
const peersAt = (revision: number): PeersDocument => ({
  revision,
  components: { web: members.map((entry) => (entry.ordinal === 3 ? { ...entry, epoch: revision } : entry)) },
});
const documentAt = (generation: number): AgentDocument =>
  documentOf([claimOrder({ peers: peersAt(generation) })], { generation });
const digestAt = (generation: number): string => peersDigest(peersAt(generation).components);
const accepted = (generation: number): DocumentAnswer => ({ term: 1, generation });

/** The server's side, and what an agent was sent of peers: each as [digest, since], and "-" for none. */
function scene() {
  const clock = new FakeClock();
  const pushes: string[] = [];
  const sent: string[][] = [];
  const delivery = new DocumentDelivery({
    clock,
    log: silentLogger,
    write: (document, held) => sentDocument(document, held, (payload) => ({ payload, signature: "" })),
    onPush: (result) => pushes.push(result),
  });
  /** Connects to an agent that says so of itself, and gives these answers one after the other. */
  const connect = (generation: number, peers: readonly string[], ...answers: (DocumentAnswer | Error)[]) => {
    const putDocument = async ({ peers: told = [] }: SentDocument): Promise<DocumentAnswer> => {
      sent.push(told.flatMap(({ digest, since }) => [digest, ...(since === undefined ? [] : [since])]));
      const answer = answers.shift() ?? new Error("nothing was to be sent");
      if (answer instanceof Error) throw answer;
      return answer;
    };
    delivery.connected({ putDocument } as AgentSession, { document: { term: 1, generation }, peers });
  };
  const settled = (...results: string[]) => expect.poll(() => pushes).toEqual(results);
  return { clock, delivery, sent, connect, settled };
}

const lost = new StatusError("Unreachable", "the connection has ended");

test("B-DOC-1: peers are sent whole once, then as changes, and not again with a document that names the same", async () => {
  const { delivery, sent, connect, settled } = scene();
  delivery.set(documentAt(1));
  connect(0, [], accepted(1), accepted(2), accepted(3));
  await settled("accepted");
  delivery.set(documentAt(2));
  await settled("accepted", "accepted");
  delivery.set({ ...documentOf([claimOrder({ intent: "Stop", peers: peersAt(2) })]), generation: 3 });
  await settled("accepted", "accepted", "accepted");
  expect(sent).toEqual([[digestAt(1)], [digestAt(2), digestAt(1)], []]);
});

test("B-DOC-4: what an agent holds is what it says: a lost answer, another server's document, a new agent", async () => {
  const { delivery, sent, connect, settled } = scene();
  delivery.set(documentAt(1));
  connect(0, [], accepted(1), lost);
  await settled("accepted");
  delivery.set(documentAt(2));
  await settled("accepted", "failed");
  delivery.disconnected();
  // It had accepted all the same, and says so.
  connect(2, [digestAt(2)], accepted(2));
  await settled("accepted", "failed", "accepted");
  delivery.disconnected();
  connect(7, [digestAt(7)], accepted(2));
  await settled("accepted", "failed", "accepted", "accepted");
  delivery.disconnected();
  connect(0, [], accepted(2));
  await settled("accepted", "failed", "accepted", "accepted", "accepted");
  expect(sent).toEqual([[digestAt(1)], [digestAt(2), digestAt(1)], [], [digestAt(2)], [digestAt(2)]]);
});

test("B-DOC-4: an agent that does not hold what it was believed to is sent peers whole, at once", async () => {
  const { delivery, sent, connect, settled } = scene();
  delivery.set(documentAt(1));
  connect(0, [], accepted(1), "incomplete", accepted(2), accepted(3));
  await settled("accepted");
  delivery.set(documentAt(2));
  await settled("accepted", "accepted");
  delivery.set(documentAt(3));
  await settled("accepted", "accepted", "accepted");
  expect(sent).toEqual([[digestAt(1)], [digestAt(2), digestAt(1)], [digestAt(2)], [digestAt(3), digestAt(2)]]);
});

test("B-DOC-4: an agent that never takes them is tried again after a while, and not without end at once", async () => {
  const { clock, delivery, sent, connect, settled } = scene();
  delivery.set(documentAt(1));
  connect(0, [], "incomplete", "incomplete", accepted(1));
  await settled("failed");
  expect(sent).toHaveLength(2);
  await clock.advance(2000);
  await settled("failed", "accepted");
  expect(sent).toEqual([[digestAt(1)], [digestAt(1)], [digestAt(1)]]);
});
