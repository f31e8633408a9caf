import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { TestAgent } from "../testing/test-agent.ts";

async function listening(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("an agent says how another machine answers", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const look = async (address: string, port: number) =>
    (await client.request("GET", `/v1/look?address=${address}&port=${port}&timeout=300`)).body;
  const port = await listening();
  expect(await look("127.0.0.1", port)).toEqual({ verdict: "answered" });
  expect(await look("127.0.0.1", 1)).toEqual({ verdict: "refused" });
  expect(await look("127.0.0.1.invalid", port)).toEqual({ verdict: "unknown" });
  expect((await client.request("GET", "/v1/look?address=127.0.0.1&port=99999&timeout=300")).status).toBe(400);
});
