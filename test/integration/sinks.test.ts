import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventSink } from "../../pkg/api/index.ts";
import { type Client, connect } from "../../pkg/sdk/node.ts";
import { EventReceiver } from "../support/event-receiver.ts";
import { eventually } from "../support/eventually.ts";
import { PlushServer } from "../support/plush-server.ts";

describe("sinks of a server that is killed, and real receivers", () => {
  const home = mkdtempSync("/tmp/plush-sinks-");
  const server = new PlushServer(join(home, "data"), home);
  let client: Client;
  let written = 0;

  beforeAll(async () => {
    await server.start();
    client = await connect({ kubeconfig: server.kubeconfig });
  }, 60_000);

  afterAll(async () => {
    await client.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** Events about different objects, each with its number as message; returns the numbers. */
  async function write(count: number, app = "shop"): Promise<string[]> {
    const numbers = Array.from({ length: count }, () => String(written++));
    for (const message of numbers)
      await client.events.create({
        metadata: { name: `e-${message}`, namespace: "default", labels: { app } },
        involvedObject: { kind: "Claim", namespace: "default", name: `web-${message}` },
        ...{ reason: "Replaced", message, type: "Warning", lastTimestamp: new Date().toISOString(), count: 1 },
      });
    return numbers;
  }

  async function aSink(name: string, receiver: EventReceiver, spec: object = {}): Promise<void> {
    const url = await receiver.start();
    const selector = { matchLabels: { app: name } };
    await server.apply(
      JSON.stringify({
        apiVersion: "plush.dev/v1",
        kind: "EventSink",
        metadata: { name },
        spec: { url, selector, maxPerSecond: 1000, ...spec },
      }),
    );
    await server.plush("wait", `eventsink/${name}`, "--for=condition=Ready", "--timeout=20s");
  }

  const messagesOf = ({ received }: EventReceiver): readonly unknown[] =>
    received.map(({ body }) => (body["data"] as { message: string }).message);

  const statusOf = async (name: string): Promise<EventSink["status"]> =>
    (await server.get<EventSink>("eventsink", name)).status;

  it("B-SINK-1: Events go out in their order, as CloudEvents that are signed", async () => {
    const receiver = new EventReceiver();
    await write(1, "signed");
    await server.apply(
      "{apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {hmac: a-key, token: a-token}}",
    );
    await aSink("signed", receiver, { secretRef: { name: "keys" } });
    const numbers = await write(20, "signed");
    await write(3, "another");
    await eventually(async () => expect(messagesOf(receiver)).toEqual(numbers), 20_000);
    const [{ headers, text, body } = { headers: {}, text: "", body: {} }] = receiver.received;
    expect(headers).toMatchObject({
      "content-type": "application/cloudevents+json; charset=utf-8",
      authorization: "Bearer a-token",
      "idempotency-key": body.id,
    });
    const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(String(headers["plush-signature"])) ?? [];
    expect(v1).toBe(createHmac("sha256", "a-key").update(`${t}.${text}`).digest("hex"));
    expect(body).toMatchObject({
      specversion: "1.0",
      source: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      type: "dev.plush.Claim.Replaced",
      subject: `Claim/default/web-${numbers[0]}`,
      datacontenttype: "application/json",
      data: { type: "Warning", labels: { app: "signed" } },
    });
    await receiver.stop();
  });

  it("B-SINK-3: a server that is killed goes on where its sinks were: none is missing, and none has another id", async () => {
    const receiver = new EventReceiver();
    await aSink("kept", receiver);
    receiver.delayMs = 20;
    // A receiver that is slow, and now and then says no.
    receiver.answers.push(500, 204, 503, 204, 204, 204, 429);
    const before = await write(60, "kept");
    await eventually(async () => expect(receiver.received.length).toBeGreaterThan(20), 20_000);
    await server.kill();
    await server.start();
    const after = await write(10, "kept");
    const all = [...before, ...after];
    await eventually(async () => expect(messagesOf(receiver).at(-1)).toBe(all.at(-1)), 30_000);
    expect([...new Set(messagesOf(receiver))]).toEqual(all);
    expect(new Set(receiver.received.map(({ body }) => body.id)).size).toBe(all.length);
    await eventually(async () => {
      const status = await statusOf("kept");
      expect(status?.lost).toBe(0);
      expect(status?.conditions?.find(({ type }) => type === "Ready")?.reason).toBe("Delivering");
    }, 10_000);
    await receiver.stop();
  }, 120_000);

  it("B-SINK-10: what a sink meets is in its conditions: a receiver that is away, a Secret or an address that is no good", async () => {
    const receiver = new EventReceiver();
    await aSink("away", receiver);
    await receiver.stop();
    await write(1, "away");
    const condition = async (name: string, type: string) =>
      (await statusOf(name))?.conditions?.find((one) => one.type === type);
    await eventually(async () => {
      expect(await condition("away", "Ready")).toMatchObject({ status: "False", reason: "Retrying" });
      expect((await condition("away", "Ready"))?.message).toMatch(/^dev.plush.Claim.Replaced of Claim.*ECONNREFUSED/);
    }, 10_000);
    const url = /"server": "(\S+?)"/.exec(readFileSync(server.kubeconfig, "utf8"))?.[1];
    const own = { apiVersion: "plush.dev/v1", kind: "EventSink", spec: { url: `${url}/api` } };
    await server.apply(JSON.stringify({ ...own, metadata: { name: "own" } }));
    const spec = { secretRef: { name: "none" } };
    await server.apply(JSON.stringify({ ...own, metadata: { name: "keyless" }, spec }));
    await write(1);
    await eventually(async () => {
      expect((await condition("own", "Ready"))?.message).toContain("may not be fetched");
      expect(await condition("keyless", "Stalled")).toMatchObject({ status: "True", reason: "ReferenceNotFound" });
    }, 10_000);
    expect(await server.plush("get", "eventsinks")).toMatch(/keyless +ReferenceNotFound +0 +0/);
    const metrics = await server.plush("get", "--raw", "/metrics");
    expect(Number(/^plush_sink_events_total\{result="failed"\} (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    expect(Number(/^plush_sink_lag_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  });
});
