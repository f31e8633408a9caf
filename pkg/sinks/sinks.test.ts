import { describe, expect, onTestFinished, test } from "vitest";
import { SimulatedEgress } from "../../test/support/simulated-egress.ts";
import { openTestApi } from "../../test/support/test-api.ts";
import { type Event, type EventSink, kinds, mustDecode, type Secret } from "../api/index.ts";
import { systemClock } from "../clock/index.ts";
import type { PostAnswer } from "../egress/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { readAnswer, retryDelayMs } from "./answer-plan.ts";
import { chatText, cloudEventOf } from "./cloud-event.ts";
import { credentialsOf } from "./credentials.ts";
import { Pace } from "./pace.ts";
import { Repeats } from "./repeats.ts";
import { isMeant } from "./selection-plan.ts";
import { Sinks } from "./sinks.ts";

const url = "http://sink.test/";

function aSink(spec: object = {}): EventSink {
  const metadata = { name: "sink", namespace: "default", uid: "uid-sink", resourceVersion: "1", generation: 1 };
  return mustDecode(kinds.EventSink, {
    apiVersion: "plush.dev/v1",
    kind: "EventSink",
    metadata,
    spec: { url, ...spec },
  });
}

function anEvent(number: number, more: Partial<Event> = {}): Event {
  return mustDecode(kinds.Event, {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `event-${number}`, namespace: "default", labels: { number: String(number) } },
    involvedObject: { apiVersion: "plush.dev/v1", kind: "Claim", namespace: "default", name: `web-${number}` },
    reason: "Replaced",
    message: `number ${number}`,
    type: "Warning",
    count: 1,
    ...more,
  });
}

async function startSinks(options: { readonly maxHeld?: number } = {}) {
  const { user } = await openTestApi();
  const egress = new SimulatedEgress();
  const metrics = new Metrics();
  const ports = { clock: systemClock, egress, api: user, log: silentLogger, random: () => 0, clusterUid: "cluster" };
  const sinks = new Sinks({ ...ports, secret: () => undefined, ...options }, metrics);
  onTestFinished(() => sinks.stop());
  const numbers = (): number[] => egress.posts.map(({ body }) => Number(numberOf(body)));
  return {
    ...{ sinks, egress, numbers },
    write: (event: Event) => user.create(kinds.Event, event),
    counted: async (result: string) =>
      Number(new RegExp(`plush_sink_events_total{result="${result}"} (\\d+)`).exec((await metrics.text()).body)?.[1]),
  };
}

function numberOf(body: Readonly<Record<string, unknown>>): string | undefined {
  return /"number":"(\d+)"/.exec(JSON.stringify(body))?.[1];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("sinks", () => {
  test("B-SINK-8: a flood waits in the API, not in memory, and comes through whole, in order and at the pace", async () => {
    const { sinks, egress, numbers, write, counted } = await startSinks({ maxHeld: 20 });
    // As a slow receiver: the flood is there long before its first events are taken.
    let release = (): void => {};
    const slow = new Promise<PostAnswer>((resolve) => {
      release = () => resolve({ status: 200, text: "" });
    });
    egress.answers.set(url, slow);
    sinks.follow({ sink: aSink({ maxPerSecond: 1000 }), version: "1" });
    for (const number of upTo(300)) await write(anEvent(number));
    expect(numbers()).toEqual([0]);
    release();
    await expect.poll(() => numbers().length, { timeout: 20_000 }).toBe(300);
    expect(numbers()).toEqual(upTo(300));
    expect(await counted("taken")).toBe(300);
  });

  test("B-SINK-2: what fails is sent again, the same and before all others, until it is too old", async () => {
    const { sinks, egress, numbers, write, counted } = await startSinks();
    egress.answers.set(url, { status: 500, text: "not now\nreally" });
    const key = { namespace: "default", name: "sink" };
    const told: string[] = [];
    sinks.onProgress(({ name }) => void told.push(name));
    const sink = aSink({ retryFor: "2s" });
    sinks.follow({ sink, version: "1" });
    await write(anEvent(0, { lastTimestamp: new Date().toISOString() }));
    await write(anEvent(1, { lastTimestamp: "2020-01-01T00:00:00Z" }));
    await write(anEvent(2, { lastTimestamp: new Date(Date.now() + 60_000).toISOString() }));
    await expect.poll(() => sinks.follow({ sink, version: "1" }).lost, { timeout: 10_000 }).toBe(2);
    const attempts = numbers().filter((number) => number === 0).length;
    expect(attempts).toBeGreaterThan(1);
    // One that is too old has one attempt.
    await expect.poll(() => numbers().slice(attempts, attempts + 2)).toEqual([1, 2]);
    const { loss, lastFailure } = sinks.follow({ sink, version: "1" });
    expect(loss).toEqual({
      reason: "GaveUp",
      message: "dev.plush.Claim.Replaced of Claim/default/web-1: it answered 500: not now; given up after 2s",
    });
    expect(lastFailure?.message).toContain("it answered 500: not now");
    egress.answers.set(url, { status: 202, text: "" });
    await expect.poll(() => sinks.follow({ sink, version: "1" }).delivered, { timeout: 10_000 }).toBe(1);
    expect(new Set(egress.posts.map(({ headers }) => headers["idempotency-key"])).size).toBe(3);
    expect(await counted("givenUp")).toBe(2);
    expect(told.length).toBeGreaterThan(2);
    sinks.drop(key);
  });

  test("B-SINK-4: a receiver that is gone is left alone until the sink is changed, and nothing is lost", async () => {
    const { sinks, egress, numbers, write } = await startSinks();
    egress.answers.set(url, { status: 410, text: "" });
    sinks.follow({ sink: aSink(), version: "1" });
    await write(anEvent(0));
    await expect.poll(() => sinks.follow({ sink: aSink(), version: "1" }).state).toBe("gone");
    await write(anEvent(1));
    egress.answers.set(url, { status: 200, text: "" });
    expect(numbers()).toEqual([0]);
    sinks.follow({ sink: aSink(), version: "2" });
    await expect.poll(() => sinks.follow({ sink: aSink(), version: "2" }).delivered).toBe(2);
    expect(numbers()).toEqual([0, 0, 1]);
  });

  test("B-SINK-5: an Event that is refused is counted as lost, and the next one is sent", async () => {
    const { sinks, egress, numbers, write } = await startSinks();
    egress.answers.set(url, { status: 422, text: "too warm" });
    sinks.follow({ sink: aSink(), version: "1" });
    await write(anEvent(0));
    await expect.poll(() => sinks.follow({ sink: aSink(), version: "1" }).lost).toBe(1);
    expect(sinks.follow({ sink: aSink(), version: "1" }).loss?.reason).toBe("Refused");
    egress.answers.set(url, { status: 200, text: "" });
    await write(anEvent(1));
    await expect.poll(() => sinks.follow({ sink: aSink(), version: "1" }).delivered).toBe(1);
    expect(sinks.follow({ sink: aSink(), version: "1" }).loss).toBeUndefined();
    expect(numbers()).toEqual([0, 1]);
  });
});

test("B-SINK-6: types, reasons, kinds and labels say which Events are meant", () => {
  const event = anEvent(3);
  expect(isMeant(aSink(), event)).toBe(true);
  const all = {
    types: ["Warning"],
    reasons: ["Replaced"],
    kinds: ["Claim"],
    selector: { matchLabels: { number: "3" } },
  };
  expect(isMeant(aSink(all), event)).toBe(true);
  for (const other of [
    { types: ["Normal"] },
    { reasons: ["Bound"] },
    { kinds: ["Resource"] },
    { selector: { matchLabels: { number: "4" } } },
  ])
    expect(isMeant(aSink({ ...all, ...other }), event)).toBe(false);
});

test("B-SINK-7: of Events about one object for one reason one is sent in a time, and the next says how many were left out", () => {
  const repeats = new Repeats();
  const admit = (event: Event, now: number): number | undefined => repeats.admit(event, 60_000, now);
  expect(admit(anEvent(0), 0)).toBe(0);
  expect(admit(anEvent(0), 1000)).toBeUndefined();
  expect(admit(anEvent(0), 59_999)).toBeUndefined();
  expect(admit(anEvent(1), 2000)).toBe(0);
  expect(admit(anEvent(0, { reason: "Bound" }), 2000)).toBe(0);
  expect(admit(anEvent(0), 60_000)).toBe(2);
  expect(admit(anEvent(0), 120_000)).toBe(0);
  expect(repeats.admit(anEvent(0), 0, 120_000)).toBe(0);
});

test("B-SINK-9: no more begin in any second than the sink says", () => {
  const pace = new Pace();
  let now = 10_000;
  const begun: number[] = [];
  for (let sent = 0; sent < 40; sent++) {
    now += pace.take(10, now);
    begun.push(now);
  }
  for (const [index, at] of begun.entries())
    expect(begun.filter((other, place) => place >= index && other < at + 1000).length).toBeLessThanOrEqual(10);
  expect(begun.at(-1)).toBe(13_000);
  // Another limit holds at once.
  expect(pace.take(1, 13_000)).toBe(1000);
});

test("what is sent: a CloudEvent whose id is that of the happening, or a line for a chat", () => {
  const event = anEvent(1, { count: 7, lastTimestamp: "2026-01-01T00:00:00Z", message: "<!channel> a & b" });
  const sent = cloudEventOf({ ...event, metadata: { ...event.metadata, uid: "u1" } }, "c1", 2);
  expect(sent).toEqual({
    specversion: "1.0",
    id: "u1-7",
    source: "urn:uuid:c1",
    type: "dev.plush.Claim.Replaced",
    subject: "Claim/default/web-1",
    time: "2026-01-01T00:00:00Z",
    datacontenttype: "application/json",
    data: {
      type: "Warning",
      reason: "Replaced",
      message: "<!channel> a & b",
      object: { apiVersion: "plush.dev/v1", kind: "Claim", namespace: "default", name: "web-1" },
      labels: { number: "1" },
      count: 7,
      lastAt: "2026-01-01T00:00:00Z",
      leftOut: 2,
    },
  });
  expect(chatText(sent)).toBe(":warning: *Replaced* Claim/default/web-1: &lt;!channel&gt; a &amp; b (2 more like it)");
});

test.each<[number, string]>([
  [200, "taken"],
  [204, "taken"],
  [302, "failed"],
  [401, "failed"],
  [404, "failed"],
  [410, "gone"],
  [413, "refused"],
  [422, "refused"],
  [429, "failed"],
  [503, "failed"],
])("an answer of %i: %s", (status, kind) => {
  expect(readAnswer(status, "").kind).toBe(kind);
});

test("attempts are farther and farther apart, up to a minute", () => {
  expect([1, 2, 3, 6, 7, 1000].map((attempts) => retryDelayMs(attempts, 0) * 2)).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000,
  ]);
  expect(retryDelayMs(1, 0.5)).toBe(750);
});

test("a Secret says how to sign, what to show, and where: what it lacks is told", () => {
  const secret = (keys: Readonly<Record<string, string>>): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s" },
    type: "Opaque",
    data: Object.fromEntries(Object.entries(keys).map(([name, text]) => [name, btoa(text)])),
  });
  const named = { secretRef: { name: "s" } };
  expect(credentialsOf(aSink(), undefined)).toEqual({ url });
  expect(credentialsOf(aSink(named), secret({ hmac: "k", token: "t\n" }))).toEqual({ url, hmac: "k", token: "t" });
  expect(credentialsOf(aSink({ ...named, url: undefined }), secret({ url: "http://chat.test/" }))).toEqual({
    url: "http://chat.test/",
  });
  expect(credentialsOf(aSink(named), undefined)).toMatchObject({ reason: "ReferenceNotFound" });
  expect(credentialsOf(aSink(named), secret({}))).toMatchObject({ reason: "KeyNotFound" });
  expect(credentialsOf(aSink({ ...named, url: undefined }), secret({ hmac: "k" }))).toMatchObject({
    reason: "KeyNotFound",
    message: "Secret s has no key url: nothing is sent",
  });
});
