import { expect, test } from "vitest";
import type { BarrierAnswer, EarlyAnswers } from "../../protocol/index.ts";
import { makeSealKeys } from "../../seal/index.ts";
import type { AgentClient } from "../testing/agent-client.ts";
import { documentOf } from "../testing/orders.ts";
import { ask, claim, pass, running, uid } from "../testing/socket-scene.ts";

const call = "/v1/barriers/start/enter";

/** A process that waits at the barrier, as its server knows it. */
async function waiting() {
  const scene = await running();
  const { client, socket } = scene;
  const entered = ask(socket, "POST", call);
  await expect.poll(() => entry(client)?.state).toBe("Waiting");
  const entryAt = entry(client)?.at ?? "";
  const tell = (change: Partial<EarlyAnswers> = {}, answer: Partial<BarrierAnswer> & { epoch?: number } = {}) => {
    const early = { ...pass(1), entryAt, claimUid: claim, epoch: 1, ...answer };
    const told = { clusterUid: "cluster", term: 1, generation: 1, answers: [early], ...change };
    return client.answerEarly({ kind: "EarlyAnswers", ...told });
  };
  return { ...scene, entered, entryAt, tell };
}

function entry(client: AgentClient) {
  return client.process(claim, uid)?.barriers?.[0];
}

/** Whatever was sent before has been seen, for one connection is read in order; and what came of it was told before a beat. */
async function isStillWaiting(client: AgentClient): Promise<void> {
  expect((await client.hello()).status).toBe(200);
  const { length } = client.messages;
  await expect.poll(() => client.messages.length).toBeGreaterThan(length + 1);
  expect(entry(client)?.state).toBe("Waiting");
}

test("B-BAR-20: who waits is let go before the document says so, and is answered once", async () => {
  const { client, put, socket, entered, entryAt, tell } = await waiting();
  tell();
  expect(await entered).toEqual({ code: 200, body: { round: 1, rank: 1, entered: 2, late: false, reason: "all" } });
  const second = ask(socket, "POST", call);
  await expect.poll(() => entry(client)).toMatchObject({ round: 2, state: "Waiting" });
  // The document comes late, and the line once more: the second entry is another one.
  await put([pass(1, { entryAt })]);
  tell({ generation: 9 });
  await isStillWaiting(client);
  await put([pass(2, { entryAt: entry(client)?.at ?? "" })]);
  expect((await second).body).toMatchObject({ round: 2 });
});

test("B-BAR-20: a line for several machines lets those go that are here", async () => {
  const { entered, entryAt, tell } = await waiting();
  const own = { ...pass(1, { rank: 7 }), entryAt, claimUid: claim, epoch: 1 };
  const others = [{ ...own, claimUid: "elsewhere", rank: 1 }, { ...own, processUid: "another", rank: 2 }, own];
  tell({ answers: others });
  expect((await entered).body).toMatchObject({ rank: 7 });
});

test.each<[string, Partial<EarlyAnswers>, Partial<BarrierAnswer> & { epoch?: number }]>([
  ["of an older term", { term: 0 }, {}],
  ["of a term of which there is no document yet", { term: 2 }, {}],
  ["older than the document", { generation: 0 }, {}],
  ["to an earlier entry", {}, { entryAt: "2020-01-01T00:00:00.000Z" }],
  ["of another epoch", {}, { epoch: 2 }],
  ["at another barrier", {}, { name: "other" }],
])("B-BAR-21: an answer %s is left to the document", async (_what, change, answer) => {
  const { client, put, entered, entryAt, tell } = await waiting();
  tell(change, answer);
  await isStillWaiting(client);
  await put([pass(1, { entryAt, rank: 3 })]);
  expect((await entered).body).toMatchObject({ rank: 3 });
});

test.each<[string, (scene: Awaited<ReturnType<typeof waiting>>) => ReturnType<AgentClient["answerEarly"]>]>([
  ["for another cluster", ({ tell }) => tell({ clusterUid: "other" })],
  ["that is another signed text", ({ client }) => client.answerEarly(documentOf([]))],
  ["without its entry", ({ tell }) => tell({}, { entryAt: undefined as never })],
  [
    "that another has signed",
    ({ client, entryAt }) => {
      const answers = [{ ...pass(1), entryAt, claimUid: claim, epoch: 1 }];
      const told = { kind: "EarlyAnswers", clusterUid: "cluster", term: 1, generation: 1, answers };
      return client.answerEarly(told, makeSealKeys().privateKey);
    },
  ],
])("B-BAR-21: a line %s ends the request, and documents go on", async (_what, send) => {
  const scene = await waiting();
  const stream = send(scene);
  await expect.poll(() => stream.closed).toBe(true);
  await isStillWaiting(scene.client);
  await scene.put([pass(1, { entryAt: scene.entryAt, rank: 3 })]);
  expect((await scene.entered).body).toMatchObject({ rank: 3 });
});

test("B-BAR-20: an agent that ended before the document came knows who was let go", async () => {
  const { agent, client, socket, entered, entryAt, tell } = await waiting();
  tell();
  await entered;
  await expect.poll(() => entry(client)?.state).toBe("Passed");
  await agent.stop();
  await agent.start();
  const next = await agent.connect();
  await expect.poll(() => entry(next)).toMatchObject({ round: 1, state: "Passed" });
  void ask(socket, "POST", call).catch(() => undefined);
  await expect.poll(() => entry(next)).toMatchObject({ round: 2, state: "Waiting" });
  next.answerEarly({
    kind: "EarlyAnswers",
    clusterUid: "cluster",
    term: 1,
    generation: 1,
    answers: [{ ...pass(1), entryAt, claimUid: claim, epoch: 1 }],
  });
  await isStillWaiting(next);
});
