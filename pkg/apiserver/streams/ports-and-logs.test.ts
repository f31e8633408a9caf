import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { send } from "../../../test/support/send.ts";
import { dial, none, path, soon, started } from "../../../test/support/stream-server.ts";
import { duplexOf } from "../../client/index.ts";
import { SpdySession } from "../../spdy/index.ts";
import type { LogRequest } from "./machine-streams.ts";

test("ports: SPDY within a WebSocket, many connections at once, and why one cannot be had", async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  onTestFinished(() => void echo.close());
  const address = echo.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const { client } = await started({
    openPort: async (wanted) =>
      wanted === "echo" ? createConnection({ host: "127.0.0.1", port, allowHalfOpen: true }) : none.openPort(wanted),
  });
  const socket = await client.transport.connect({
    path: `${path}/portforward`,
    protocols: ["SPDY/3.1+portforward.k8s.io"],
  });
  expect(socket.protocol).toBe("SPDY/3.1+portforward.k8s.io");
  const session = new SpdySession(duplexOf(socket), { role: "client" });
  const open = async (wanted: string, requestid: string) => {
    const error = await session.open({ streamtype: "error", port: wanted, requestid });
    error.end();
    return {
      error: error.setEncoding("utf8").toArray(),
      data: await session.open({ streamtype: "data", port: wanted, requestid }),
    };
  };
  const talk = async (requestid: string, size: number): Promise<void> => {
    const { error, data } = await open("echo", requestid);
    data.end(Buffer.alloc(size, requestid));
    expect(Buffer.concat(await data.toArray()).equals(Buffer.alloc(size, requestid))).toBe(true);
    expect(await error).toEqual([]);
  };
  await Promise.all([talk("1", 10), talk("2", 300_000), talk("3", 1_000_000)]);
  const failed = await open("9", "4");
  expect(await failed.error).toEqual(["error forwarding port 9: port 9: connection refused"]);
  await talk("5", 5);
  session.close();
  await session.closed;
});

test("ports as client libraries forward them: two channels each", async () => {
  const { server } = await started({
    openPort: async (port) => {
      if (port !== "80") return none.openPort(port);
      const stream = new PassThrough();
      stream.write("welcome ");
      return stream;
    },
  });
  const raw = dial(server, `${path}/portforward?ports=80,81`, ["v4.channel.k8s.io"]);
  await once(raw.socket, "open");
  raw.socket.send(Buffer.from("\u0000guest"));
  const onChannel = (id: number) =>
    raw.messages.filter((text) => text.startsWith(`${id}:`)).map((text) => text.slice(2));
  await expect.poll(() => onChannel(0).join(""), soon).toBe("P\0welcome guest");
  expect(onChannel(1)).toEqual(["P\0"]);
  expect(onChannel(3)).toEqual(["Q\0", "error forwarding port 81: port 9: connection refused"]);
});

test("logs, over HTTP and as messages: how much of them, and since when", async () => {
  const asked: Partial<LogRequest>[] = [];
  const { server } = await started({
    readLog: async ({ signal: _, ...request }) => {
      asked.push(request);
      return Readable.from([Buffer.from("one\n"), Buffer.from("two\n")]);
    },
  });
  expect(await send(server, `${path}/log?follow=True&tailLines=3&container=main`)).toMatchObject({
    code: 200,
    text: "one\ntwo\n",
  });
  expect((await send(server, `${path}/log?limitBytes=5&sinceTime=2026-01-02T03:04:05Z`)).text).toBe("one\nt");
  for (const bad of ["tailLines=-1", "limitBytes=0", "sinceTime=yesterday"])
    expect((await send(server, `${path}/log?${bad}`)).code, bad).toBe(422);
  expect((await send(server, `${path}/log?sinceSeconds=x`)).code).toBe(400);
  expect((await send(server, `${path}/log?sinceSeconds=1&sinceTime=2026-01-02T03:04:05Z`)).code).toBe(400);
  expect((await send(server, `${path}q/log`)).code).toBe(404);
  expect(asked).toEqual([
    { follow: true, previous: false, timestamps: false, tailLines: 3 },
    { follow: false, previous: false, timestamps: false, since: "2026-01-02T03:04:05Z" },
  ]);
  const raw = dial(server, `${path}/log?timestamps=1`, ["binary.k8s.io"]);
  expect(await raw.closed).toBe(1000);
  expect(raw.messages).toEqual([`${"o".charCodeAt(0)}:ne\n`, `${"t".charCodeAt(0)}:wo\n`]);
  expect(asked.at(-1)).toMatchObject({ timestamps: true });
});
