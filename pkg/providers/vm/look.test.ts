import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { hangsUp, speaksSsh } from "./look.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(behave: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    behave(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.each<[string, (socket: Socket) => void, boolean, boolean]>([
  ["a machine without a kernel yet", () => {}, false, false],
  ["a kernel that refuses", (socket) => socket.destroy(), true, false],
  ["a kernel that resets", (socket) => socket.resetAndDestroy(), true, false],
  ["an SSH server", (socket) => socket.write("SSH-2.0-x\r\n"), false, true],
  ["another server", (socket) => socket.write("220 hello\r\n"), false, false],
])("%s", async (_name, behave, isUp, speaks) => {
  const port = await listen(behave);
  expect(await hangsUp("127.0.0.1", port, 300, new AbortController().signal)).toBe(isUp);
  expect(await speaksSsh("127.0.0.1", port, 300)).toBe(speaks);
});

test("no QEMU at all is no sign of a machine", async () => {
  expect(await hangsUp("127.0.0.1", 1, 300, new AbortController().signal)).toBe(false);
});
