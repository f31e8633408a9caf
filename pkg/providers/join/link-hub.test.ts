import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../clock/index.ts";
import { linkProof } from "../../protocol/index.ts";
import { readLine } from "../../streams/index.ts";
import { LinkHub } from "./link-hub.ts";

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

const host = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");

/** A hub that knows the host of one Resource, and connections to it over real sockets. */
async function scene() {
  const parked: string[] = [];
  const key = host.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const hub = new LinkHub({
    clock: systemClock,
    clusterUid: "c",
    authority: "PEM",
    register: async () => ({ clusterUid: "c", resourceUid: "r", resourceName: "r" }),
    keyOf: (uid) => (uid === "r" ? key : undefined),
    onParked: (uid) => parked.push(uid),
  });
  const server = createServer((socket) => {
    open.push(socket);
    hub.accept(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const dial = (): Socket => {
    const socket = createConnection(port, "127.0.0.1");
    open.push(socket);
    return socket;
  };
  const link = async (resourceUid: string, key: KeyObject, clusterUid = "c"): Promise<Socket> => {
    const socket = dial();
    say(socket, { do: "link", resourceUid });
    const { nonce } = JSON.parse(await readLine(socket)) as { nonce: string };
    const proof = Buffer.from(linkProof({ clusterUid, resourceUid, nonce }));
    say(socket, { signature: sign(null, proof, key).toString("base64") });
    return socket;
  };
  return { hub, parked, dial, link, signal: new AbortController().signal, end: () => server.close() };
}

function say(socket: Socket, value: unknown): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

/** Answers what keeps a connection, as a host does. */
async function answer(socket: Socket): Promise<void> {
  expect(JSON.parse(await readLine(socket))).toEqual({ do: "ping" });
  say(socket, { do: "pong" });
}

test.each([
  ["whom nobody knows", "other", host.privateKey, "c"],
  ["with another key", "r", stranger.privateKey, "c"],
  ["who signed for another server", "r", host.privateKey, "d"],
])("a host %s is refused, in the same words", async (_title, uid, key, clusterUid) => {
  const { link, parked, end } = await scene();
  const socket = await link(uid, key, clusterUid);
  expect(JSON.parse(await readLine(socket))).toEqual({
    error: "this server does not know the host: join again with a new token",
  });
  expect(parked).toEqual([]);
  end();
});

test.each([
  ["{}", "ca, register or link"],
  ["nonsense", "does not speak"],
  ['{"do":"register","token":7}', "are expected"],
])("who says %s is told what is expected", async (line, words) => {
  const { dial, end } = await scene();
  const socket = dial();
  socket.write(`${line}\n`);
  expect(await readLine(socket)).toContain(words);
  end();
});

test("a connection that is taken while it is asked whether it lives is given between two lines", async () => {
  const { hub, link, parked, signal, end } = await scene();
  const taking = hub.take("r", 5000, signal);
  const socket = await link("r", host.privateKey);
  await answer(socket);
  const taken = await taking;
  expect(parked).toEqual(["r"]);
  taken?.write("hello\n");
  expect(await readLine(socket)).toBe("hello");
  say(socket, { done: true });
  if (taken !== undefined) expect(await readLine(taken)).toBe('{"done":true}');
  expect(hub.isThere("r")).toBe(false);
  end();
});

test("one that does not answer any more is passed over for one that does", async () => {
  const { hub, link, signal, end } = await scene();
  const good = await link("r", host.privateKey);
  await answer(good);
  const dead = await link("r", host.privateKey);
  await readLine(dead);
  const taken = await hub.take("r", 5000, signal);
  taken?.write("hello\n");
  expect(await readLine(good)).toBe("hello");
  end();
}, 20_000);

test("where none comes there is none", async () => {
  const { hub, signal, end } = await scene();
  expect(await hub.take("r", 50, signal)).toBeUndefined();
  end();
});
