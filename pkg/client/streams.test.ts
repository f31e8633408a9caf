import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { systemClock } from "../clock/index.ts";
import { commandStatusOf } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { uploadBlob } from "./blob-upload.ts";
import { openCommand } from "./command-stream.ts";
import { type StubServer, startStub } from "./fixtures/stub-server.ts";
import { httpsTransport } from "./https-transport.ts";
import type { StreamTransport } from "./stream-transport.ts";

let stub: StubServer | undefined;
let transport: StreamTransport | undefined;
afterEach(async () => {
  transport?.close();
  await stub?.close();
});

const clock = { ...systemClock, setTimer: (_delay: number, callback: () => void) => systemClock.setTimer(0, callback) };

it("uploads a package, and goes on after a cut from where the server is", async () => {
  const bytes = randomBytes(300_000);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  let received = Buffer.alloc(0);
  const offsets: string[] = [];
  stub = await startStub((request, response) => {
    const complete = received.length === bytes.length;
    if (request.method === "HEAD") {
      const headers = { "x-complete": String(complete), "content-length": received.length };
      response.writeHead(received.length === 0 ? 404 : 200, headers).end();
      return;
    }
    offsets.push(new URL(request.url ?? "", "http://x").searchParams.get("offset") ?? "");
    request.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // The first attempt is cut in the middle.
      if (offsets.length === 1 && received.length > 100_000) request.socket.destroy();
    });
    request.on("end", () => response.writeHead(201).end());
  });
  transport = httpsTransport({ server: stub.url });
  const progress: number[] = [];
  const upload = {
    namespace: "n",
    digest,
    size: bytes.length,
    open: (offset: number) =>
      Readable.from(
        [bytes.subarray(offset, offset + 65_536), bytes.subarray(offset + 65_536)].filter((part) => part.length > 0),
      ),
    onProgress: (count: number) => progress.push(count),
    clock,
  };
  await uploadBlob(transport, upload);
  expect(received.equals(bytes)).toBe(true);
  expect(offsets[0]).toBe("0");
  expect(Number(offsets[1])).toBeGreaterThan(0);
  expect(progress.at(-1)).toBe(bytes.length);
  // What is there is not sent again.
  await uploadBlob(transport, upload);
  expect(offsets).toHaveLength(2);
});

it("talks with a command, and says why one is refused", async () => {
  stub = await startStub(() => undefined);
  const sockets = new WebSocketServer({ noServer: true });
  const asked: string[] = [];
  stub.server.on("upgrade", (request, socket, head) => {
    const { pathname, search } = new URL(request.url ?? "", "http://x");
    asked.push(search, request.headers["sec-websocket-protocol"] ?? "");
    if (pathname === "/refused") {
      const body = JSON.stringify(new StatusError("NotFound", "no such process").toBody());
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on("message", (message: Buffer) => {
        if (message[0] === 0) accepted.send(Buffer.concat([Buffer.from([1]), message.subarray(1)]));
        if (message[0] === 4) accepted.send(Buffer.concat([Buffer.from([2]), message.subarray(1)]));
        if (message[0] !== 255) return;
        accepted.send(Buffer.from(`\u0003${JSON.stringify(commandStatusOf({ exitCode: 3 }))}`));
        accepted.close();
      });
    });
  });
  transport = httpsTransport({ server: stub.url });
  const request = { path: "/exec", command: ["cat", "a b"], stdin: true, env: { X: "=" }, timeout: "5s" };
  const stream = await openCommand(transport, request);
  const long = Buffer.alloc(150_000, "x");
  await stream.write(long);
  await stream.resize({ columns: 80, rows: 24 });
  await stream.endInput();
  const said = { stdout: "", stderr: "" };
  for await (const { stream: name, bytes } of stream.output()) said[name] += Buffer.from(bytes).toString();
  expect(said).toEqual({ stdout: long.toString(), stderr: '{"Width":80,"Height":24}' });
  expect(stream.exitCode()).toBe(3);
  expect(asked).toEqual([
    "?stdin=true&stdout=true&stderr=true&timeout=5s&command=cat&command=a+b&env=X%3D%3D",
    "v5.channel.k8s.io",
  ]);
  await expect(openCommand(transport, { ...request, path: "/refused" })).rejects.toMatchObject({
    reason: "NotFound",
    message: "no such process",
  });
});
