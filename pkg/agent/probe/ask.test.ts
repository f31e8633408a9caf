import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ensurePki } from "../../auth/index.ts";
import type { ProbeOrder } from "../../protocol/index.ts";
import { askProbe, type ProbeAnswer } from "./ask.ts";

type HttpGet = NonNullable<ProbeOrder["httpGet"]>;

async function listen(server: Server | ReturnType<typeof createHttpsServer>): Promise<number> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function makeHttps(listener: RequestListener): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "plush-probe-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { server } = await ensurePki(directory, { hosts: [], now: Date.now() });
  return listen(createHttpsServer({ cert: server.certificate, key: server.key }, listener));
}

function ask(port: number, change: Partial<HttpGet> = {}, timeoutMs = 2000): Promise<ProbeAnswer> {
  const httpGet: HttpGet = { path: "/", port: "main", scheme: "HTTP", headers: [], ...change };
  const order = { httpGet, periodMs: 1000, timeoutMs, successThreshold: 1, failureThreshold: 1 };
  return askProbe(order, {
    address: "127.0.0.1",
    ports: { main: port },
    run: () => Promise.reject(new Error("no command")),
  });
}

/** Answers 200 to those who know the word, 404 to a path that is not there, and nothing at all at /never. */
const listener: RequestListener = (request, response) => {
  if (request.url === "/never") return;
  const isKnown = request.headers["x-word"] === "swordfish";
  response.statusCode = request.url === "/" ? (isKnown ? 204 : 401) : 404;
  response.end();
};

const word = { headers: [{ name: "X-Word", value: "swordfish" }] };

test("B-HEA-10: a process is asked by HTTP and by HTTPS, with headers, whoever signed its certificate", async () => {
  for (const [scheme, port] of [
    ["HTTP", await listen(createHttpServer(listener))],
    ["HTTPS", await makeHttps(listener)],
  ] as const) {
    expect(await ask(port, { scheme, ...word })).toEqual({ ok: true });
    expect(await ask(port, { scheme })).toEqual({ ok: false, message: `GET / on port ${port} answers 401` });
    expect(await ask(port, { scheme, ...word, path: "/none" })).toMatchObject({ ok: false });
  }
  const plain = await listen(createHttpServer(listener));
  expect(await ask(plain, { scheme: "HTTPS", ...word })).toMatchObject({ ok: false });
});

test("B-HEA-10: what does not answer, or cannot even be asked, is a failure", async () => {
  const port = await listen(createHttpServer(listener));
  expect(await ask(port, { path: "/never" }, 50)).toEqual({
    ok: false,
    message: `GET /never on port ${port}: no answer in 50 ms`,
  });
  expect(await ask(port, { path: "/a b" })).toMatchObject({ ok: false });
  expect(await ask(port, { headers: [{ name: "X-Line", value: "a\nb" }] })).toMatchObject({ ok: false });
  expect(await ask(port, { port: "other" })).toEqual({ ok: false, message: "probe: the process has no port other" });
});
