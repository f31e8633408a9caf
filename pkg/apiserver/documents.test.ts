import { connect } from "node:tls";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { send } from "../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";
import { type KubeObject, kinds } from "../api/index.ts";

/** Sends bytes as they are, and reads until the server closes. */
function sendBytes(server: TestServer, bytes: string): Promise<string> {
  const { authority, admin } = server.pki;
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: server.server.port,
      host: "127.0.0.1",
      ca: authority.certificate,
      cert: admin.certificate,
      key: admin.key,
    });
    let text = "";
    socket.on("data", (data) => {
      text += data.toString();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(text));
    socket.write(bytes);
  });
}

function statusIn(text: string): unknown {
  return JSON.parse(text.slice(text.indexOf("{")));
}

test("health is told as a word, as a list, by one name, and without what is excluded", async () => {
  let fault: string | undefined;
  const server = await startTestServer({ readiness: { flux: () => fault } });
  expect(await send(server, "/readyz")).toMatchObject({ code: 200, text: "ok" });
  expect((await send(server, "/livez?verbose")).text).toBe("[+]ping ok\nlivez check passed\n");
  fault = "out of flux";
  expect(await send(server, "/readyz")).toMatchObject({
    code: 500,
    text: "[+]ping ok\n[+]store ok\n[-]flux failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n",
  });
  expect(await send(server, "/readyz/flux")).toMatchObject({ code: 500, text: "out of flux" });
  expect(await send(server, "/readyz/ping")).toMatchObject({ code: 200, text: "ok" });
  expect((await send(server, "/readyz/pong")).code).toBe(404);
  const excluding = await send(server, "/readyz?verbose&exclude=flux&exclude=pong");
  expect(excluding.code).toBe(200);
  expect(excluding.text).toContain("[+]flux excluded: ok\n[+]shutdown ok\nwarn: some health checks cannot be excluded");
  expect((await send(server, "/readyz/flux", { credential: undefined })).code).toBe(403);
  expect((await send(server, "/healthz", { method: "HEAD" })).code).toBe(200);
});

test("an address is found with a slash at its end too, a wrong method is told from a wrong address", async () => {
  const server = await startTestServer();
  for (const path of ["/", "/api/", "/apis/", "/api/v1/", "/apis/plush.dev/v1/", "/api/v1/namespaces/default/"])
    expect((await send(server, path)).code, path).toBe(200);
  for (const path of ["//api/v1/namespaces", "/api/v1//namespaces", "/apis/plush.dev/v9", "/apis/none.dev", "/api/v2"])
    expect((await send(server, path)).code, path).toBe(404);
  for (const method of ["OPTIONS", "POST", "DELETE"])
    expect(JSON.parse((await send(server, "/api", { method })).text), method).toMatchObject({
      reason: "MethodNotAllowed",
      code: 405,
    });
});

test("what is no HTTP request is answered with a Status all the same", async () => {
  const server = await startTestServer();
  const get = (target: string, header = ""): string => `GET ${target} HTTP/1.1\r\nHost: x\r\n${header}\r\n`;
  const cases: readonly (readonly [string, number, string])[] = [
    ["GET /api nonsense\r\n\r\n", 400, "BadRequest"],
    ["FOO /api HTTP/1.1\r\nHost: x\r\n\r\n", 405, "MethodNotAllowed"],
    [get("/api", `X: ${"x".repeat(70_000)}\r\n`), 431, "RequestEntityTooLarge"],
    [get(`/api?${"x".repeat(70_000)}`), 431, "RequestEntityTooLarge"],
    [get("/api", "A: b\0c\r\n"), 400, "BadRequest"],
    [get("/api/v1/namespaces/%ff", "Connection: close\r\n"), 400, "BadRequest"],
    [get("/api/v1/namespaces/%zz", "Connection: close\r\n"), 400, "BadRequest"],
  ];
  for (const [bytes, code, reason] of cases) {
    const answer = await sendBytes(server, bytes);
    expect(answer.slice(0, 12), bytes.slice(0, 60)).toBe(`HTTP/1.1 ${code}`);
    expect(statusIn(answer), bytes.slice(0, 60)).toMatchObject({ kind: "Status", status: "Failure", code, reason });
  }
});

test("documents are not sent to who has them, and large answers are packed for who takes that", async () => {
  const server = await startTestServer();
  const root = JSON.parse((await send(server, "/openapi/v3")).text) as {
    paths: Record<string, { serverRelativeURL: string }>;
  };
  const address = root.paths["apis/plush.dev/v1"]?.serverRelativeURL ?? "";
  const plain = await send(server, address);
  const etag = String(plain.headers["etag"]);
  expect(plain.headers).toMatchObject({ vary: "Accept", "cache-control": expect.stringContaining("immutable") });
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
    expect((await send(server, address, { headers: { "if-none-match": tag } })).code, tag).toBe(304);
  expect((await send(server, address.replace(/hash=.*/, "hash=OLD"))).headers["location"]).toBe(address);

  const packed = await send(server, address, { headers: { "accept-encoding": "br, gzip;q=0.8" } });
  expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept, Accept-Encoding" });
  expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 4);
  expect(gunzipSync(packed.bytes).toString()).toBe(plain.text);
  const refused = await send(server, address, { headers: { "accept-encoding": "gzip;q=0, identity" } });
  expect(refused.headers["content-encoding"]).toBeUndefined();

  const data = { big: "x".repeat(200_000) };
  const large = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default" }, data };
  await server.user.create(kinds.ConfigMap, large as KubeObject);
  const accept = { headers: { "accept-encoding": "gzip" } };
  const list = await send(server, "/api/v1/configmaps", accept);
  expect(JSON.parse(gunzipSync(list.bytes).toString())).toMatchObject({ items: [{ data }] });
  const watch = await send(server, "/api/v1/configmaps?watch=1&timeoutSeconds=1", accept);
  expect(watch.headers["content-encoding"]).toBeUndefined();
  expect((await send(server, "/api/v1/namespaces", accept)).headers["content-encoding"]).toBeUndefined();
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
}

/** References that lead nowhere, and names of operations that stand twice. */
function faultsOf(document: Document, root: string, names: object): readonly string[] {
  const missing = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)]
    .map(([, reference = ""]) => reference)
    .filter((reference) => !reference.startsWith(root) || !Object.hasOwn(names, reference.slice(root.length)));
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).flatMap(({ operationId }) => operationId ?? []),
  );
  return [...missing, ...ids.filter((id, index) => ids.indexOf(id) !== index)];
}

test("OpenAPI documents are whole: references lead somewhere, operations have names of their own", async () => {
  const server = await startTestServer();
  const { paths } = JSON.parse((await send(server, "/openapi/v3")).text) as { paths: Record<string, unknown> };
  for (const path of Object.keys(paths)) {
    const document = JSON.parse((await send(server, `/openapi/v3/${path}`)).text) as Document & {
      components: { schemas: object };
    };
    expect(faultsOf(document, "#/components/schemas/", document.components.schemas), path).toEqual([]);
  }
  const swagger = JSON.parse((await send(server, "/openapi/v2")).text) as Document & { definitions: object };
  expect(swagger).toMatchObject({ swagger: "2.0" });
  expect(faultsOf(swagger, "#/definitions/", swagger.definitions)).toEqual([]);
  expect(Object.keys(swagger.paths)).toContain("/apis/plush.dev/v1/namespaces/{namespace}/applications/{name}/scale");
  const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  expect(await send(server, "/openapi/v2", { headers: { accept } })).toMatchObject({ code: 200, text: "" });
});
