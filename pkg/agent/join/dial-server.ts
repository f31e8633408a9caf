import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { request } from "node:https";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { joinRoute, joinUpgrade, readJoinLine } from "../../protocol/index.ts";
import { readLine } from "../../streams/index.ts";

/** CN of the server's certificate by its own authority. */
const serverName = "plush-server";
const answerMs = 15_000;
/** A link over which nothing comes for so long is dead: the server says something more often. */
const silentMs = 30_000;

/**
 * A connection to the server that speaks the protocol of pkg/protocol's join.ts. With an authority, only to the server
 * that has a certificate of it; without, to whoever answers: nothing may be said over it.
 */
export async function dialServer(server: string, authority: string | undefined): Promise<TLSSocket> {
  const url = new URL(joinRoute, server);
  const asked = request(url, {
    agent: false,
    headers: { connection: "Upgrade", upgrade: joinUpgrade },
    timeout: answerMs,
    ...(authority === undefined
      ? { rejectUnauthorized: false }
      : {
          ca: authority,
          // The authority is the server's own: who it is matters, and not by which of its addresses it was reached.
          checkServerIdentity: (_host: string, { subject }: PeerCertificate) =>
            subject.CN === serverName ? undefined : new Error(`it is ${subject.CN}, and no Plush server`),
        }),
  });
  asked.once("timeout", () => asked.destroy(new Error(`${server} does not answer`)));
  asked.end();
  const [socket, head] = await new Promise<[TLSSocket, Buffer]>((resolve, reject) => {
    asked.once("upgrade", (_response, upgraded, rest) => resolve([upgraded as TLSSocket, rest]));
    asked.once("response", ({ statusCode }) => {
      asked.destroy();
      reject(new Error(`${server} answers ${statusCode}: it takes nobody in`));
    });
    asked.once("error", reject);
  });
  socket.on("error", () => undefined);
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, silentMs);
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** The server's authority, as it says itself, if its hash is the one that the host was given. */
export async function fetchAuthority(server: string, caHash: string): Promise<string> {
  const socket = await dialServer(server, undefined);
  try {
    tell(socket, { do: "ca" });
    const { ca } = await hear(socket);
    if (typeof ca !== "string" || hashOfAuthority(ca) !== caHash)
      throw new Error(`${server} is not the server of --ca-hash: nothing was told to it`);
    return ca;
  } finally {
    socket.destroy();
  }
}

/** "sha256:" and the hex digest of its public key. */
function hashOfAuthority(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

export function tell(socket: TLSSocket, value: object): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

/** The next line; the connection is ended where none comes in time. */
export async function hear(socket: TLSSocket, withinMs = silentMs): Promise<Readonly<Record<string, unknown>>> {
  const timer = setTimeout(() => socket.destroy(), withinMs);
  try {
    return readJoinLine(await readLine(socket));
  } finally {
    clearTimeout(timer);
  }
}

/** Exactly so many bytes that follow. */
export async function takeBytes(socket: TLSSocket, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let left = size;
  while (left > 0) {
    const chunk: Buffer | null = socket.read(Math.min(left, socket.readableLength || left));
    if (chunk !== null) {
      parts.push(chunk);
      left -= chunk.length;
      continue;
    }
    if (socket.readableEnded || socket.destroyed) throw new Error("the connection ended in the middle of the agent");
    await Promise.race([once(socket, "readable"), once(socket, "close"), once(socket, "end")]);
  }
  return Buffer.concat(parts);
}
