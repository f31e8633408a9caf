import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { kinds } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import type { ApiClient } from "./api-client.ts";
import { fetchTransport } from "./fetch-transport.ts";
import { type StubHandler, type StubServer, sendJson, startStub } from "./fixtures/stub-server.ts";
import { testCertificate, testKey } from "./fixtures/tls.ts";
import { httpClient } from "./http-client.ts";
import { httpsTransport } from "./https-transport.ts";
import { restClient } from "./rest-client.ts";
import type { Transport } from "./transport.ts";

let stub: StubServer | undefined;
let transport: Transport | undefined;
afterEach(async () => {
  transport?.close();
  await stub?.close();
});

type MakeTransport = (connection: { readonly server: string }) => Transport;

async function serve(handler: StubHandler, make: MakeTransport = httpsTransport): Promise<ApiClient> {
  stub = await startStub(handler);
  transport = make({ server: stub.url });
  return restClient(transport);
}

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "team", resourceVersion: "5" } };
const key = { namespace: "team", name: "s" };

describe.each([
  ["Node's sockets", httpsTransport],
  ["fetch", fetchTransport],
])("the client through %s", (_, make: MakeTransport) => {
  const serveThis = (handler: StubHandler) => serve(handler, make);

  it("asks for what Kubernetes' API calls it", async () => {
    const seen: string[] = [];
    const api = await serveThis((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers["content-type"] ?? ""}`.trim());
      const isList = request.url?.includes("limit=") ?? false;
      sendJson(
        response,
        200,
        isList ? { metadata: { resourceVersion: "9" }, items: [{ metadata: { name: "s" } }] } : secret,
      );
    });
    await api.get(kinds.Secret, key);
    const list = await api.list(kinds.Secret, { namespace: "team", labelSelector: "a in (b, c)", limit: 2 });
    await api.patch(
      kinds.Secret,
      key,
      { type: "apply", body: secret },
      { fieldManager: "plush", force: true, dryRun: true },
    );
    await api.update(kinds.Resource, { ...secret, metadata: { name: "n1" } }, { subresource: "status" });
    await api.post(kinds.Claim, key, "binding", {});
    expect(seen).toEqual([
      "GET /api/v1/namespaces/team/secrets/s",
      "GET /api/v1/namespaces/team/secrets?labelSelector=a+in+%28b%2C+c%29&limit=2",
      "PATCH /api/v1/namespaces/team/secrets/s?dryRun=All&fieldManager=plush&force=true application/apply-patch+yaml",
      "PUT /apis/plush.dev/v1/resources/n1/status application/json",
      "POST /apis/plush.dev/v1/namespaces/team/claims/s/binding application/json",
    ]);
    expect(list.items[0]).toMatchObject({ kind: "Secret", apiVersion: "v1" });
    expect(Object.isFrozen(list.items[0]?.metadata)).toBe(true);
  });

  it("rejects with the server's Status, and passes warnings on", async () => {
    const warnings: string[] = [];
    const api = await serveThis((request, response) => {
      response.setHeader("warning", ['299 - "say \\"hello\\""', '299 - "again"']);
      if (request.method === "POST") sendJson(response, 201, secret);
      else sendJson(response, 404, new StatusError("NotFound", "gone", { details: { name: "s" } }).toBody());
    });
    await api.create(kinds.Secret, secret, { onWarning: (text) => warnings.push(text) });
    expect(warnings).toEqual(['say "hello"', "again"]);
    await expect(api.get(kinds.Secret, key)).rejects.toMatchObject({
      reason: "NotFound",
      message: "gone",
      details: { name: "s" },
    });
  });

  it("comes back to an overloaded server when it says so", async () => {
    let asked = 0;
    const api = await serveThis((_request, response) => {
      asked++;
      if (asked > 2) return sendJson(response, 200, secret);
      response.setHeader("retry-after", "0");
      sendJson(response, 429, {});
    });
    await api.get(kinds.Secret, key);
    expect(asked).toBe(3);
  });

  it("tells a deleted object from one that is going", async () => {
    const going = { ...secret, metadata: { ...secret.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
    let answer: unknown = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
    const api = await serveThis((_request, response) => sendJson(response, 200, answer));
    expect(await api.delete(kinds.Secret, key)).toBeUndefined();
    answer = going;
    expect((await api.delete(kinds.Secret, key))?.metadata.deletionTimestamp).toBeDefined();
  });

  it("yields watch events and ends with the stream; an ERROR event is thrown", async () => {
    const api = await serveThis((_request, response) => {
      response.write(`${JSON.stringify({ type: "ADDED", object: secret })}\n`);
      const status = new StatusError("Expired", "too old").toBody();
      const text = `${JSON.stringify({ type: "ERROR", object: status })}\n`;
      // In two parts: events do not come in chunks of their own.
      response.write(text.slice(0, 20));
      response.end(text.slice(20));
    });
    const events: string[] = [];
    const watching = async (): Promise<void> => {
      for await (const event of api.watch(kinds.Secret, {})) events.push(event.type);
    };
    await expect(watching()).rejects.toMatchObject({ reason: "Expired" });
    expect(events).toEqual(["ADDED"]);
  });

  it("ends a watch where its connection is cut, in the middle of a character too", async () => {
    const named = { ...secret, metadata: { ...secret.metadata, name: "größe" } };
    const bytes = Buffer.from(`${JSON.stringify({ type: "ADDED", object: named })}\n`);
    const inside = bytes.indexOf("ö") + 1;
    const api = await serveThis((_request, response) => {
      response.write(bytes.subarray(0, inside));
      setImmediate(() => {
        response.write(bytes.subarray(inside));
        response.write('{"type":"MODI', () => response.socket?.destroy());
      });
    });
    const seen: unknown[] = [];
    for await (const event of api.watch(kinds.Secret, {})) seen.push(event.object.metadata.name);
    expect(seen).toEqual(["größe"]);
  });

  it("ends a watch quietly when it is aborted", async () => {
    const api = await serveThis((_request, response) => {
      response.write(`${JSON.stringify({ type: "ADDED", object: secret })}\n`);
    });
    const ended = new AbortController();
    for await (const _event of api.watch(kinds.Secret, { signal: ended.signal })) ended.abort();
  });

  it("lets go of the connection of a watch that nobody takes events of any more", async () => {
    let open = 0;
    const api = await serveThis((_request, response) => {
      open++;
      response.once("close", () => open--);
      response.write(`${JSON.stringify({ type: "ADDED", object: secret })}\n`);
    });
    for await (const _event of api.watch(kinds.Secret, {})) break;
    await expect.poll(() => open).toBe(0);
  });

  it("says where somebody else answers", async () => {
    const api = await serveThis((_request, response) => response.end("<html>"));
    await expect(api.get(kinds.Secret, key)).rejects.toThrow(
      "the server's answer is not JSON: is this the API's address?",
    );
  });

  it("says where there is nobody", async () => {
    const api = await serveThis(() => undefined);
    const { url } = stub ?? { url: "" };
    await stub?.close();
    stub = undefined;
    await expect(api.get(kinds.Secret, key)).rejects.toMatchObject({ reason: "Unreachable" });
    await expect(api.get(kinds.Secret, key)).rejects.toThrow(`cannot reach ${url}: `);
  });
});

it("sends again what a kept connection lost before the server saw it", async () => {
  let asked = 0;
  const api = await serve((request, response) => {
    asked++;
    if (asked === 2) request.socket.destroy();
    else sendJson(response, 200, secret);
  });
  await api.get(kinds.Secret, key);
  await api.get(kinds.Secret, key);
  expect(asked).toBe(3);
});

it("gives no token to a server that others can listen to", async () => {
  expect(() => fetchTransport({ server: "http://plush.example.org", token: "t" })).toThrow("over https alone");
  const seen: unknown[] = [];
  const api = await serve(
    (request, response) => {
      seen.push(request.headers.authorization);
      sendJson(response, 200, secret);
    },
    ({ server }) => fetchTransport({ server, token: "t" }),
  );
  await api.get(kinds.Secret, key);
  expect(seen).toEqual(["Bearer t"]);
});

describe("the client over TLS", () => {
  it("checks the server's certificate, and sends its token to none that it distrusts", async () => {
    const seen: unknown[] = [];
    const server = createServer({ key: testKey, cert: testCertificate }, (request, response) => {
      seen.push(request.headers.authorization);
      sendJson(response, 200, secret);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const trusting = httpClient({ server: address, ca: testCertificate, token: "t" });
    const distrusting = httpClient({ server: address, token: "t" });
    try {
      await trusting.get(kinds.Secret, key);
      await expect(distrusting.get(kinds.Secret, key)).rejects.toMatchObject({ reason: "Forbidden" });
      expect(seen).toEqual(["Bearer t"]);
    } finally {
      trusting.close();
      distrusting.close();
      server.close();
      server.closeAllConnections();
    }
  });
});
