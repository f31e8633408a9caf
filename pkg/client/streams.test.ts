import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "../clock/index.ts";
import { channel, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { uploadBlob } from "./blob-upload.ts";
import { openExec } from "./exec-stream.ts";
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

it("talks frames with a command, and says why one is refused", async () => {
  stub = await startStub(() => undefined);
  stub.server.on("upgrade", (request, socket) => {
    const asked: unknown = JSON.parse(Buffer.from(String(request.headers["x-exec"]), "base64url").toString());
    if (request.url === "/refused") {
      const body = JSON.stringify(new StatusError("NotFound", "no such process").toBody());
      socket.end(
        `HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: plush-exec\r\n\r\n");
    socket.write(encodeFrame(channel.stderr, Buffer.from(JSON.stringify(asked))));
    const decoder = new FrameDecoder();
    socket.on("data", (chunk: Buffer) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.payload.length > 0) socket.write(encodeFrame(channel.stdout, frame.payload));
        else socket.end(encodeFrame(channel.result, Buffer.from('{"exitCode":3}')));
      }
    });
  });
  transport = httpsTransport({ server: stub.url });
  const request = { argv: ["cat"], stdin: true, timeoutMs: 0 };
  const stream = await openExec(transport, "/exec", request);
  const long = "x".repeat(150_000);
  await stream.send(channel.stdin, Buffer.from(long));
  await stream.send(channel.stdin, new Uint8Array(0));
  const said: Record<number, string> = {};
  for await (const { channel: id, payload } of stream.frames())
    said[id] = (said[id] ?? "") + Buffer.from(payload).toString();
  expect(said).toEqual({
    [channel.stderr]: JSON.stringify(request),
    [channel.stdout]: long,
    [channel.result]: '{"exitCode":3}',
  });
  await expect(openExec(transport, "/refused", request)).rejects.toMatchObject({
    reason: "NotFound",
    message: "no such process",
  });
});
