import { expect, onTestFinished, test } from "vitest";
import { Metrics } from "../metrics/index.ts";
import { listenForMetrics, type MetricsListener } from "./metrics-listener.ts";

async function start(port = 0): Promise<MetricsListener> {
  const metrics = new Metrics();
  metrics.counter({ name: "plush_things_total", help: "Things." }).inc();
  const listener = await listenForMetrics(metrics, { host: "127.0.0.1", port });
  onTestFinished(() => listener.close());
  return listener;
}

const get = (port: number, path: string, method = "GET"): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { method });

test("serves metrics and nothing else", async () => {
  const { port } = await start();
  const answer = await get(port, "/metrics?x=y");
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(await answer.text()).toContain("plush_things_total 1");
  expect((await get(port, "/")).status).toBe(404);
  expect((await get(port, "/metrics", "POST")).status).toBe(404);
});

test("closes although a client holds its connection", async () => {
  const listener = await start();
  await (await get(listener.port, "/metrics")).text();
  await listener.close();
  await expect(get(listener.port, "/metrics")).rejects.toThrow();
});

test("says where it cannot listen", async () => {
  const { port } = await start();
  await expect(start(port)).rejects.toMatchObject({
    reason: "Conflict",
    message: expect.stringContaining(`cannot serve metrics at 127.0.0.1:${port}`),
  });
});
