import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { refusal, soon, started } from "../../../test/support/stream-server.ts";
import type { TestServer } from "../../../test/support/test-api.ts";
import { type KubeObject, kinds } from "../../api/index.ts";
import { watchProtocol } from "../../protocol/index.ts";

const path = "/api/v1/namespaces/default/configmaps?watch=1&allowWatchBookmarks=true";
const map = (name: string, text = ""): KubeObject =>
  ({
    ...{ apiVersion: "v1", kind: "ConfigMap", data: { text } },
    metadata: { name, namespace: "default" },
  }) as KubeObject;

interface Event {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number; readonly reason?: string };
}

/** As a browser does it: the token among the subprotocols, and an Origin. */
function dial(
  { server, pki }: TestServer,
  address: string,
  {
    protocols = [watchProtocol],
    token = "good",
    origin = server.url,
  }: { readonly protocols?: readonly string[]; readonly token?: string; readonly origin?: string } = {},
) {
  const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString("base64url")}`;
  const socket = new WebSocket(server.url.replace("https", "wss") + address, [...protocols, bearer], {
    ...{ ca: pki.authority.certificate, origin },
  });
  onTestFinished(() => socket.terminate());
  const events: Event[] = [];
  const kindsOf: boolean[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    kindsOf.push(isBinary);
    events.push(JSON.parse(data.toString()) as Event);
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const told = (): string[] => events.map(({ type, object }) => `${type} ${object.metadata?.name ?? object.reason}`);
  return { socket, messages: [], events, kindsOf, told, closed };
}

test("B-UI-4: a watch over a WebSocket: a text message an event, from what is there to what comes", async () => {
  const { server } = await started();
  await server.user.create(kinds.ConfigMap, map("old"));
  const watch = dial(server, `${path}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`);
  await once(watch.socket, "open");
  expect(watch.socket.protocol).toBe(watchProtocol);
  await expect.poll(watch.told, soon).toEqual(["ADDED old", "BOOKMARK undefined"]);
  await server.user.create(kinds.ConfigMap, map("new", "größe"));
  await server.user.delete(kinds.ConfigMap, { namespace: "default", name: "old" });
  await expect.poll(() => watch.told().slice(2), soon).toEqual(["ADDED new", "DELETED old"]);
  expect(watch.events[2]?.object).toMatchObject({ data: { text: "größe" } });
  expect(watch.kindsOf.every((isBinary) => !isBinary)).toBe(true);
  expect(await server.metrics.text(undefined)).toMatchObject({
    body: expect.stringContaining("plush_api_watches 1\n"),
  });
  watch.socket.close();
  await watch.closed;
  const watches = async (): Promise<string> => (await server.metrics.text(undefined)).body;
  await expect.poll(watches, soon).toContain("plush_api_watches 0\n");
});

test("it ends in order when its time is up, having said how far it came", async () => {
  const { server } = await started();
  const { metadata } = await server.user.list(kinds.ConfigMap, { namespace: "default" });
  const watch = dial(server, `${path}&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`);
  expect(await watch.closed).toBe(1000);
  expect(watch.events.at(-1)?.type).toBe("BOOKMARK");
});

test("why it cannot start is an event, as browsers are told nothing of a refusal", async () => {
  const { server } = await started();
  const watch = dial(server, `${path}&resourceVersion=99999999`);
  expect(await watch.closed).toBe(1000);
  expect(watch.events).toMatchObject([{ type: "ERROR", object: { kind: "Status", status: "Failure" } }]);
});

test("who may not watch, or is a page of elsewhere, is refused with an answer", async () => {
  const { server } = await started();
  expect(await refusal(dial(server, path, { token: "bad" }))).toBe("401 Unauthorized");
  expect(await refusal(dial(server, path, { origin: "https://evil.example" }))).toContain(
    "403 a page of https://evil.example",
  );
  expect(await refusal(dial(server, "/api/v1/nothings?watch=1"))).toContain("404");
  expect(await refusal(dial(server, path.replace("watch=1", "watch=0")))).toContain("404");
});

test("a client that offers a name of its own gets it back, and one that offers none gets none", async () => {
  const { server } = await started();
  const headlamp = dial(server, path, { protocols: ["base64.binary.k8s.io"] });
  await once(headlamp.socket, "open");
  expect(headlamp.socket.protocol).toBe("base64.binary.k8s.io");
});

test("one that does not read is dropped, and does not hold the server up", async () => {
  const { server } = await started();
  const watch = dial(server, path);
  await once(watch.socket, "open");
  watch.socket.pause();
  const big = "x".repeat(1_000_000);
  const dropped = async (): Promise<string> => {
    await server.user.patch(
      kinds.ConfigMap,
      { namespace: "default", name: "big" },
      {
        type: "merge",
        body: { data: { text: `${Math.random()}${big}` } },
      },
    );
    return (await server.metrics.text(undefined)).body;
  };
  await server.user.create(kinds.ConfigMap, map("big"));
  await expect.poll(dropped, { timeout: 20_000, interval: 1 }).toContain("plush_api_watches_dropped_total 1\n");
});
