import { expect, it } from "vitest";
import { type KubeObject, kinds } from "../api/index.ts";
import { systemClock } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import { sendJson, startStub } from "./fixtures/stub-server.ts";
import { follow } from "./follow.ts";
import { httpClient } from "./http-client.ts";

function object(name: string, resourceVersion: string): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "n", resourceVersion } };
}

it("goes on from its revision when a watch ends, and lists anew when that is too old", async () => {
  const asked: string[] = [];
  const lists = [[object("a", "1"), object("b", "2")], [object("b", "7")]];
  const stub = await startStub((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://x");
    const from = searchParams.get("resourceVersion");
    asked.push(searchParams.get("watch") === null ? "list" : `watch ${from}`);
    if (searchParams.get("watch") === null) {
      return sendJson(response, 200, {
        metadata: { resourceVersion: asked.length === 1 ? "2" : "7" },
        items: lists.shift() ?? [],
      });
    }
    if (from === "2") return response.end(`${JSON.stringify({ type: "MODIFIED", object: object("a", "3") })}\n`);
    if (from === "3") return sendJson(response, 410, new StatusError("Expired", "too old").toBody());
    response.write(`${JSON.stringify({ type: "ADDED", object: object("c", "8") })}\n`);
  });
  const client = httpClient({ server: stub.url });
  const ended = new AbortController();
  const seen: string[] = [];
  // Pauses between watches take no time here.
  const clock = {
    ...systemClock,
    setTimer: (_delay: number, callback: () => void) => systemClock.setTimer(0, callback),
  };
  for await (const event of follow(client, kinds.Secret, { clock, signal: ended.signal })) {
    seen.push(event.type === "synced" ? "synced" : `${event.type} ${event.object.metadata.name}`);
    if (seen.at(-1) === "put c") ended.abort();
  }
  client.close();
  await stub.close();
  expect(asked).toEqual(["list", "watch 2", "watch 3", "list", "watch 7"]);
  expect(seen).toEqual(["put a", "put b", "synced", "put a", "gone a", "put b", "synced", "put c"]);
});
