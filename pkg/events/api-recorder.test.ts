import { expect, onTestFinished, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { type Event, type KubeObject, kinds } from "../api/index.ts";
import { FakeClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { ApiRecorder } from "./api-recorder.ts";

const anObject = (uid: string, namespace?: string): KubeObject => ({
  apiVersion: "plush.dev/v1",
  kind: namespace === undefined ? "Resource" : "Claim",
  metadata: { name: "m1", uid, resourceVersion: "7", ...(namespace !== undefined && { namespace }) },
});

async function startRecorder() {
  const clock = new FakeClock();
  const { user, controller } = await openTestApi({ clock });
  const metrics = new Metrics();
  const recorder = new ApiRecorder({ api: controller, clock, log: silentLogger, metrics, component: "tester" });
  onTestFinished(() => recorder.stop());
  const events = async (): Promise<readonly Event[]> => {
    await recorder.flush();
    const { items } = await user.list(kinds.Event, { namespace: "default" });
    return items.filter(({ source }) => source?.component === "tester");
  };
  return { clock, user, recorder, events, metrics };
}

test("an Event says what happened to whom, when, and who says so", async () => {
  const { recorder, events } = await startRecorder();
  recorder.record(anObject("u1"), "Warning", "Lost", "it does not answer");
  expect(await events()).toMatchObject([
    {
      metadata: { name: expect.stringMatching(/^m1\.[0-9a-f]+$/), namespace: "default" },
      involvedObject: { apiVersion: "plush.dev/v1", kind: "Resource", name: "m1", uid: "u1", resourceVersion: "7" },
      type: "Warning",
      reason: "Lost",
      message: "it does not answer",
      count: 1,
      firstTimestamp: "2023-11-14T22:13:20Z",
      source: { component: "tester" },
    },
  ]);
});

test("repeats raise a count; after ten quiet minutes, or when the Event is gone, there is a new one", async () => {
  const { clock, user, recorder, events } = await startRecorder();
  const claim = anObject("u1", "default");
  const record = () => recorder.record(claim, "Normal", "Bound", "to m1");
  record();
  record();
  await recorder.flush();
  await clock.advance(60_000);
  record();
  const [first, ...others] = await events();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ count: 3, lastTimestamp: "2023-11-14T22:14:20Z" });
  await clock.advance(601_000);
  record();
  expect((await events()).map(({ count }) => count)).toEqual([3, 1]);
  for (const { metadata } of await events()) {
    await user.delete(kinds.Event, { namespace: "default", name: metadata.name ?? "" });
  }
  record();
  expect((await events()).map(({ count }) => count)).toEqual([1]);
});

test("an object that reports without end is cut off, others are not", async () => {
  const { clock, recorder, events, metrics } = await startRecorder();
  for (let n = 0; n < 40; n++) recorder.record(anObject("loud", "default"), "Warning", "Noise", `number ${n}`);
  recorder.record(anObject("quiet", "default"), "Normal", "Word", "one");
  expect(await events()).toHaveLength(26);
  expect((await metrics.text()).body).toContain('plush_events_dropped_total{why="spam"} 15');
  await clock.advance(5 * 60_000);
  recorder.record(anObject("loud", "default"), "Warning", "Noise", "again");
  expect(await events()).toHaveLength(27);
});

test("what is recorded in the very moment in which the last write ends is written too", async () => {
  const { recorder, user } = await startRecorder();
  const written = async (): Promise<number> =>
    (await user.list(kinds.Event, { namespace: "default" })).items.filter(({ reason }) => reason === "Said").length;
  for (let turns = 0; turns < 12; turns++) {
    const object = anObject(`u${turns}`);
    recorder.record(object, "Normal", "Said", `first ${turns}`);
    // One turn of the microtasks after another, from the moment in which the write is seen.
    const before = turns * 2;
    while ((await written()) === before) await new Promise(setImmediate);
    for (let turn = 0; turn < turns; turn++) await undefined;
    recorder.record(object, "Normal", "Said", `second ${turns}`);
    await expect.poll(written, { timeout: 20_000, interval: 5 }).toBe(before + 2);
  }
});
