import { randomBytes } from "node:crypto";
import { PassThrough, type Readable } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { type Answer, type Sent, send } from "../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";
import { kinds } from "../api/index.ts";
import { issueCertificate } from "../auth/index.ts";
import { type HttpClient, httpClient, openCommand } from "../client/index.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

function clientOf(test: TestServer): HttpClient {
  const { authority, admin } = test.pki;
  return httpClient({ server: test.server.url, ca: authority.certificate, cert: admin.certificate, key: admin.key });
}

const configMaps = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string, data: Record<string, string> = {}): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data });

const processPath = "/apis/plush.dev/v1/namespaces/default/processes/p";
const processManifest = {
  apiVersion: "plush.dev/v1",
  kind: "Process",
  metadata: { name: "p", namespace: "default" },
  spec: { resourceName: "m", command: ["true"], restartPolicy: "Never" },
};

test("certificates say who comes; nobody reads health and version alone; strangers are refused", async () => {
  const server = await startTestServer({
    readToken: async (token) => (token === "good" ? { identity: { user: "bob", groups: [] } } : undefined),
  });
  const nobody = { credential: undefined };
  for (const path of ["/healthz", "/livez", "/readyz", "/version"])
    expect((await send(server, path, nobody)).code, path).toBe(200);
  expect(JSON.parse((await send(server, configMaps, nobody)).text)).toMatchObject({
    kind: "Status",
    code: 403,
    reason: "Forbidden",
    message:
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
  });
  const carol = await issueCertificate(server.pki.authority, {
    name: "carol",
    usage: "client",
    days: 1,
    now: Date.now(),
  });
  expect((await send(server, configMaps, { credential: carol })).text).toContain('User \\"carol\\" cannot list');
  expect((await send(server, "/apis", { credential: carol })).code).toBe(200);
  const other = await startTestServer();
  const stranger = await send(server, "/apis", { credential: other.pki.admin });
  expect(stranger.code).toBe(401);
  const token = (value: string): Sent => ({ ...nobody, headers: { authorization: `Bearer ${value}` } });
  expect((await send(server, configMaps, token("good"))).text).toContain('User \\"bob\\" cannot list');
  expect((await send(server, configMaps, token("bad"))).code).toBe(401);
  expect((await send(server, "/metrics", nobody)).code).toBe(403);
  const { text } = await send(server, "/metrics");
  expect(text).toContain('plush_api_requests_total{verb="list",resource="configmaps",code="403"}');
});

test("a resumed connection is still who it was", async () => {
  const server = await startTestServer();
  const { authority, admin } = server.pki;
  const dial = (session?: Buffer): Promise<{ socket: TLSSocket; answer: string; session: Buffer | undefined }> =>
    new Promise((resolve, reject) => {
      let ticket: Buffer | undefined;
      const socket = connect({
        port: server.server.port,
        host: "127.0.0.1",
        ca: authority.certificate,
        cert: admin.certificate,
        key: admin.key,
        ...(session && { session }),
      });
      socket.on("session", (made) => {
        ticket = made;
      });
      socket.once("error", reject);
      socket.once("data", (data) => resolve({ socket, answer: data.toString(), session: ticket }));
      socket.write("GET /apis HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    });
  const first = await dial();
  const second = await dial(first.session);
  expect(second.socket.isSessionReused()).toBe(true);
  expect(second.answer).toContain("HTTP/1.1 200");
  for (const { socket } of [first, second]) socket.destroy();
});

test("bodies that are too large, too deep, twisted or of an unknown kind are refused by name", async () => {
  const server = await startTestServer();
  const post = (body: string | Buffer, type = "application/json"): Promise<Answer> =>
    send(server, configMaps, { method: "POST", body, headers: { "content-type": type } });
  const refusal = async (answer: Promise<Answer>): Promise<unknown> =>
    (JSON.parse((await answer).text) as { reason: unknown }).reason;
  expect(await refusal(post(configMap("c", { a: "x".repeat(3 << 20) })))).toBe("RequestEntityTooLarge");
  expect(await refusal(post(`${'{"a":'.repeat(70)}1${"}".repeat(70)}`))).toBe("BadRequest");
  expect(await refusal(post("{"))).toBe("BadRequest");
  expect(await refusal(post('{"__proto__": {"a": 1}}'))).toBe("BadRequest");
  const bomb = `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefghi"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]},`.repeat(9)}*${"abcdefgh"[i]}]`).join("\n")}`;
  expect(await refusal(post(bomb, "application/yaml"))).toBe("BadRequest");
  expect(await refusal(post("x", "application/xml"))).toBe("UnsupportedMediaType");
  expect(await refusal(post(randomBytes(64), "application/vnd.kubernetes.protobuf"))).toBe("BadRequest");
  const patch = { method: "PATCH", body: "{}", headers: { "content-type": "text/plain" } };
  expect(await refusal(send(server, `${configMaps}/c`, patch))).toBe("UnsupportedMediaType");
  expect(await refusal(send(server, configMaps, { headers: { accept: "text/html" } }))).toBe("NotAcceptable");
  expect((await post("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n", "application/yaml")).code).toBe(201);
  expect((await send(server, "/nowhere")).code).toBe(404);
  expect((await send(server, "/apis/plush.dev/v1/nothings")).code).toBe(404);
  expect(await refusal(send(server, configMaps, { method: "PUT", body: configMap("c") }))).toBe("MethodNotAllowed");
});

test("parameters that cannot be honoured are refused, since ignoring them would write", async () => {
  const server = await startTestServer();
  for (const query of ["dryRun=Some", "fieldValidation=Maybe", `fieldManager=${"x".repeat(129)}`]) {
    const answer = await send(server, `${configMaps}?${query}`, { method: "POST", body: configMap("c") });
    expect(answer.code, query).toBe(422);
  }
  expect((await send(server, `${configMaps}/c`)).code).toBe(404);
});

test("discovery is plain or aggregated as the client asks, and is not sent twice", async () => {
  const server = await startTestServer();
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
  const aggregated = await send(server, "/apis", { headers: { accept } });
  expect(String(aggregated.headers["content-type"]).replaceAll(/[" ]/g, "")).toContain(
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
  );
  expect(JSON.parse(aggregated.text)).toMatchObject({ apiVersion: "apidiscovery.k8s.io/v2beta1" });
  const plain = await send(server, "/apis", { headers: { accept: "application/json, */*" } });
  expect(JSON.parse(plain.text)).toMatchObject({
    kind: "APIGroupList",
    groups: expect.arrayContaining([expect.objectContaining({ name: "plush.dev" })]),
  });
  const etag = String(plain.headers["etag"]);
  expect((await send(server, "/apis", { headers: { "if-none-match": etag } })).code).toBe(304);
  const root = JSON.parse((await send(server, "/openapi/v3")).text) as {
    paths: Record<string, { serverRelativeURL: string }>;
  };
  const document = await send(server, root.paths["apis/plush.dev/v1"]?.serverRelativeURL ?? "");
  expect(document.headers["cache-control"]).toContain("immutable");
  expect(JSON.parse(document.text)).toHaveProperty(["components", "schemas", "dev.plush.v1.Application"]);
});

test("the client's verbs and watches work over the wire as they do in the process", async () => {
  const server = await startTestServer();
  const client = clientOf(server);
  try {
    const made = await client.create(kinds.ConfigMap, JSON.parse(configMap("c")), {});
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { type, object } of client.watch(kinds.ConfigMap, { namespace: "default" })) {
        seen.push(`${type} ${object.metadata.name}`);
        if (type === "DELETED") break;
      }
    })();
    const key = { namespace: "default", name: "c" };
    await expect.poll(() => seen, soon).toEqual(["ADDED c"]);
    await client.patch(kinds.ConfigMap, key, { type: "merge", body: { data: { a: "1" } } });
    expect(await client.get(kinds.ConfigMap, key)).toMatchObject({
      data: { a: "1" },
      metadata: { uid: made.metadata.uid },
    });
    await client.delete(kinds.ConfigMap, key);
    await watching;
    expect(seen).toEqual(["ADDED c", "MODIFIED c", "DELETED c"]);
    await expect(client.get(kinds.ConfigMap, key)).rejects.toMatchObject({ reason: "NotFound" });
  } finally {
    client.close();
  }
});

test("packages are streamed past the limit on bodies, and what is there is told", async () => {
  const parts: Buffer[] = [];
  const digest = `sha256:${"a".repeat(64)}`;
  const server = await startTestServer({
    blobs: {
      renew: async () => (parts.length === 0 ? undefined : { bytes: Buffer.concat(parts).length, complete: false }),
      append: async (_digest, { total }, bytes: Readable) => {
        for await (const chunk of bytes) parts.push(chunk as Buffer);
        const size = Buffer.concat(parts).length;
        return { bytes: size, complete: size === total };
      },
    },
  });
  const path = `/apis/plush.dev/v1/namespaces/default/blobs/${digest}`;
  const half = randomBytes(4 << 20);
  expect((await send(server, path, { method: "HEAD" })).code).toBe(404);
  const put = (offset: number): Promise<Answer> =>
    send(server, `${path}?offset=${offset}&total=${half.length * 2}`, { method: "PUT", body: half });
  expect((await put(0)).code).toBe(202);
  expect((await send(server, path, { method: "HEAD" })).headers).toMatchObject({
    "content-length": String(half.length),
    "x-complete": "false",
  });
  expect((await put(half.length)).code).toBe(201);
  expect((await send(server, path.replace("aaaa", "zzzz"), { method: "HEAD" })).code).toBe(400);
});

test("a watcher that does not read is dropped, and the others are not held up", async () => {
  const server = await startTestServer();
  const { authority, admin } = server.pki;
  const socket = connect({
    port: server.server.port,
    host: "127.0.0.1",
    ca: authority.certificate,
    cert: admin.certificate,
    key: admin.key,
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  socket.write(`GET ${configMaps}?watch=True HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  const large = { big: "x".repeat(1 << 20) };
  for (let i = 0; i < 24; i++)
    await server.user.create(kinds.ConfigMap, JSON.parse(configMap(`c${i}`, large)) as never, {});
  await expect
    .poll(async () => (await server.metrics.text()).body, soon)
    .toContain("plush_api_watches_dropped_total 1");
  socket.resume();
  await closed;
});

test("closing ends watches, logs and commands, and lets go of the port", async () => {
  const open = async () => new PassThrough();
  const server = await startTestServer({
    findMachine: () => ({ exec: open, attach: open, openPort: open, readLog: open }),
  });
  await server.user.create(kinds.Process, processManifest);
  const watching = send(server, `${configMaps}?watch=true`);
  const following = send(server, `${processPath}/log?follow=true`).catch((error: Error) => error.message);
  const client = clientOf(server);
  const command = await openCommand(client.transport, { path: `${processPath}/exec`, command: ["cat"] });
  const output = (async () => {
    for await (const { bytes } of command.output()) expect(bytes).toBeUndefined();
  })();
  await expect.poll(async () => (await server.metrics.text()).body, soon).toContain("plush_api_watches 1");
  await server.server.close();
  expect((await watching).code).toBe(200);
  await following;
  await output;
  expect(() => command.exitCode()).toThrow("the connection to the command broke");
  client.close();
  await expect(send(server, "/healthz")).rejects.toThrow("ECONNREFUSED");
});
