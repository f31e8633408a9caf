import type { ClientHttp2Stream } from "node:http2";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { sleep, systemClock } from "../clock/index.ts";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, claimUid, documentOf, processOrder, processUid } from "./testing/orders.ts";

/** Entries of an archive, by name. */
async function untar(stream: ClientHttp2Stream): Promise<Readonly<Record<string, string>>> {
  stream.end();
  const unpacker = extract();
  stream.pipe(unpacker);
  const entries: Record<string, string> = {};
  for await (const entry of unpacker) entries[entry.header.name] = await text(entry);
  return entries;
}

function numbered(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, number) => `${prefix}${number}\n`).join("");
}

test("B-FIN-25: streams kept apart are whole, and the log has all lines of both once, though the agent is killed again and again", {
  timeout: 60_000,
}, async () => {
  const agent = new AgentProcess();
  await agent.build();
  const lines = 400;
  const script = `i=0; while [ $i -lt ${lines} ]; do echo out$i; echo err$i >&2; i=$((i + 1)); sleep 0.005; done; printf end`;
  const order = processOrder({
    argv: ["sh", "-c", script],
    restartPolicy: "Never",
    streams: { names: ["stdout", "stderr"], maxBytes: 1 << 20 },
  });
  let client = await agent.start();
  await client.put(documentOf([claimOrder({ processes: [order] })]));
  await expect.poll(() => client.process()?.state, { timeout: 10_000 }).toBe("Ready");
  for (let round = 0; round < 6; round++) {
    await sleep(systemClock, 150 + Math.random() * 200);
    await agent.kill();
    client = await agent.start();
  }
  await expect.poll(() => client.process(claimUid, processUid)?.state, { timeout: 20_000 }).toBe("Exited");
  const { text: log } = await client.request("GET", `/v1/logs/${processUid}`);
  const of = (letter: string) => log.match(new RegExp(`${letter}\\d+\\n`, "g"))?.join("");
  expect(of("out")).toBe(numbered("out", lines));
  expect(of("err")).toBe(numbered("err", lines));
  expect(log).toMatch(/end$/);
  const results = await untar(client.open("GET", `/v1/results/${processUid}?stream=stdout&stream=stderr&max=2000`));
  expect(results["stdout"]).toBe(`${numbered("out", lines)}end`.slice(0, 2000));
  expect(results["stderr"]).toBe("");
  expect(JSON.parse(results["summary.json"] ?? "")).toEqual({ truncated: ["stdout", "stderr"] });
  const whole = await untar(client.open("GET", `/v1/results/${processUid}?stream=stderr&max=1000000`));
  expect(whole["stderr"]).toBe(numbered("err", lines));
  expect(Object.keys(whole)).toEqual(["log", "stderr", "summary.json"]);
});
