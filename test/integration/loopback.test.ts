import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { kinds } from "../../pkg/api/index.ts";
import type { Loopback } from "../../pkg/loopback/index.ts";
import { channel, watchProtocol } from "../../pkg/protocol/index.ts";
import { ask, enter, openLoopback } from "../support/loopback.ts";
import { Machine, path as processPath, soon, started } from "../support/stream-server.ts";
import type { TestServer } from "../support/test-api.ts";

/** The page's head is all that these tests look at. */
function pageDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "plush-loopback-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, "assets"));
  writeFileSync(
    join(directory, "index.html"),
    '<meta name="plush-session" content="__SESSION__"><meta name="plush-csrf" content="__CSRF__">',
  );
  writeFileSync(join(directory, "assets/main-A.js"), "0");
  return directory;
}

const connectionOf = ({ server, pki: { authority, admin } }: TestServer) => ({
  ...{ server: server.url, ca: authority.certificate, cert: admin.certificate, key: admin.key },
});

async function open(streams: Parameters<typeof started>[0] = {}) {
  const { server } = await started(streams);
  const loopback = await openLoopback(connectionOf(server), pageDirectory());
  const own = `http://127.0.0.1:${loopback.port}`;
  return { server, loopback, own, ...(await enter(loopback)) };
}

const maps = "/api/v1/namespaces/default/configmaps";
const map = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

it("B-UI-5: a link lets one browser in, once; its page acts in the user's name, and never sees how", async () => {
  const { server } = await started();
  const loopback = await openLoopback(connectionOf(server), pageDirectory());
  const { port } = loopback;
  const { pathname, search } = new URL(loopback.newLink());
  const first = await ask(port, `${pathname}map${search}&at=3`);
  expect(String(first.headers["set-cookie"])).toMatch(/^plush-ui-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  expect(first.body).toContain('content="0; url=/ui/map?at=3"');
  const second = await ask(port, pathname + search);
  expect(second).toMatchObject({ code: 401, body: expect.stringContaining("was used") });
  expect(second.headers["set-cookie"]).toBeUndefined();
  // Without a cookie there is nothing but the files that everybody may have: no page, no API.
  for (const path of ["/ui/", "/ui/map", "/version", maps]) expect((await ask(port, path)).code).toBe(401);
  for (const path of ["/ui/assets/main-A.js", "/ui/assets/../index.html", "/ui/assets/none"])
    expect((await ask(port, path)).body).not.toContain("plush-csrf");
  const { cookie, csrf } = await enter(loopback);
  const page = await ask(port, "/ui/deep/link", { headers: { cookie } });
  expect(page).toMatchObject({ code: 200, body: expect.stringContaining('name="plush-session" content="proxy"') });
  expect(page.headers["content-security-policy"]).toContain(`connect-src 'self' ws://127.0.0.1:${port}`);
  const own = `http://127.0.0.1:${port}`;
  const written = await ask(port, maps, {
    method: "POST",
    headers: { cookie, origin: own, "x-plush-csrf": csrf, "content-type": "application/json" },
    body: map("mine"),
  });
  expect(written.code).toBe(201);
  const listed = await ask(port, maps, { headers: { cookie } });
  expect(JSON.parse(listed.body)).toMatchObject({ items: [{ metadata: { name: "mine" } }] });
  const self = await ask(port, "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    method: "POST",
    headers: { cookie, origin: own, "x-plush-csrf": csrf, "content-type": "application/json", "impersonate-user": "x" },
    body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
  });
  expect(JSON.parse(self.body)).toMatchObject({ status: { userInfo: { username: "admin" } } });
});

it("B-UI-6: other hosts, other pages and requests without the page's value are refused, and change nothing", async () => {
  const { server, loopback, own, cookie, csrf } = await open();
  const post = (headers: Record<string, string>) =>
    ask(loopback.port, maps, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: map("theirs"),
    });
  const get = (headers: Record<string, string>, path = maps) =>
    ask(loopback.port, path, { headers: { cookie, ...headers } });
  const good = { origin: own, "x-plush-csrf": csrf };
  const refused = [
    await get({ host: `evil.example:${loopback.port}` }),
    await get({ host: `evil.example:${loopback.port}` }, "/ui/"),
    await get({ host: `127.0.0.1:${loopback.port + 1}` }, "/ui/"),
    await get({ origin: "http://evil.example" }),
    await get({ origin: "http://127.0.0.1:1" }),
    await get({ "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }),
    await get({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }),
    await get({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }, "/ui/"),
    await post({ ...good, host: `evil.example:${loopback.port}` }),
    await post({ ...good, origin: "http://evil.example" }),
    await post({ ...good, origin: "null" }),
    await post({ "x-plush-csrf": csrf }),
    await post({ origin: own }),
    await post({ ...good, "x-plush-csrf": `${csrf}x` }),
  ];
  for (const { code, body } of refused) {
    expect(code, body).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ kind: "Status", reason: "Forbidden" });
  }
  expect((await server.user.list(kinds.ConfigMap, { namespace: "default" })).items).toEqual([]);
  // A link of another page is followed, by a page of ours that the browser sends its cookie from.
  const visit = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const { body } = await ask(loopback.port, "/ui/map", { headers: visit });
  expect(body).toContain('content="0; url=/ui/map"');
  expect((await ask(loopback.port, "/ui/..//evil.example", { headers: visit })).body).toContain('url=/ui/"');
});

function dial(loopback: Loopback, path: string, protocols: string[], headers: Record<string, string>) {
  const socket = new WebSocket(`ws://127.0.0.1:${loopback.port}${path}`, protocols, { headers });
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  socket.on("message", (data: Buffer, isBinary) =>
    messages.push(isBinary ? `${data[0]}:${data.subarray(1)}` : data.toString()),
  );
  const ended = new Promise<string>((resolve) => {
    socket.once("error", ({ message }) => resolve(message));
    socket.once("close", (code) => resolve(String(code)));
  });
  return { socket, messages, ended };
}

it("WebSockets go through for the own page alone: commands and watches", async () => {
  const machine = new Machine();
  const { server, loopback, own, cookie } = await open({ exec: async () => machine });
  const exec = `${processPath}/exec?command=sh&stdin=true&stdout=true`;
  const refusals = [
    await dial(loopback, exec, [], { cookie }).ended,
    await dial(loopback, exec, [], { cookie, origin: "http://evil.example" }).ended,
    await dial(loopback, exec, [], { cookie, origin: own, host: "evil.example" }).ended,
    await dial(loopback, exec, [], { origin: own }).ended,
  ];
  expect(refusals).toEqual([403, 403, 403, 401].map((code) => `Unexpected server response: ${code}`));
  const command = dial(loopback, exec, ["v5.channel.k8s.io"], { cookie, origin: own });
  await expect.poll(() => command.socket.readyState, soon).toBe(WebSocket.OPEN);
  expect(command.socket.protocol).toBe("v5.channel.k8s.io");
  command.socket.send(Buffer.from("\u0000input"));
  await expect.poll(() => machine.heard, soon).toEqual(["0:input"]);
  machine.say(channel.stdout, "out");
  machine.finish({ exitCode: 0 });
  expect(await command.ended).toBe("1000");
  expect(command.messages[0]).toBe("1:out");
  const watch = dial(loopback, `${maps}?watch=1`, [watchProtocol], { cookie, origin: own });
  await expect.poll(() => watch.socket.readyState, soon).toBe(WebSocket.OPEN);
  await server.user.create(kinds.ConfigMap, {
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    metadata: { name: "new", namespace: "default" },
  });
  await expect.poll(() => watch.messages.join(), soon).toContain('"name":"new"');
  // What the server refuses is told as it tells it.
  expect(await dial(loopback, `${maps}/x/exec`, [], { cookie, origin: own }).ended).toContain("404");
});

it("large answers and bodies are streamed, in both directions", async () => {
  const { loopback, own, cookie, csrf } = await open();
  const text = "x".repeat(1_000_000);
  const written = await ask(loopback.port, maps, {
    method: "POST",
    headers: {
      cookie,
      origin: own,
      "x-plush-csrf": csrf,
      "content-type": "application/json",
      "transfer-encoding": "chunked",
    },
    body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "big" }, data: { text } }),
  });
  expect(written.code, written.body.slice(0, 300)).toBe(201);
  const read = await ask(loopback.port, `${maps}/big`, { headers: { cookie } });
  expect(JSON.parse(read.body)).toMatchObject({ data: { text } });
  const packed = await ask(loopback.port, maps, { headers: { cookie, "accept-encoding": "gzip" } });
  expect(packed.headers["content-encoding"]).toBe("gzip");
});

it("a server that is away is told of as a Status", async () => {
  const { server } = await started();
  const connection = connectionOf(server);
  const { port } = server.server;
  const loopback = await openLoopback(connection, pageDirectory());
  const { cookie } = await enter(loopback);
  expect((await ask(loopback.port, "/version", { headers: { cookie } })).code).toBe(200);
  await server.server.close();
  const away = await ask(loopback.port, "/version", { headers: { cookie } });
  expect(away.code).toBe(502);
  expect(JSON.parse(away.body)).toMatchObject({
    ...{ kind: "Status", code: 502, reason: "ServiceUnavailable" },
    message: `cannot reach https://127.0.0.1:${port}: connection refused: is it running?`,
  });
  const own = `http://127.0.0.1:${loopback.port}`;
  expect(await dial(loopback, `${maps}?watch=1`, [], { cookie, origin: own }).ended).toContain("502");
});
