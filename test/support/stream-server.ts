import { Duplex } from "node:stream";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { kinds } from "../../pkg/api/index.ts";
import type { MachineStreams } from "../../pkg/apiserver/index.ts";
import { type HttpClient, httpClient } from "../../pkg/client/index.ts";
import { channel, type ExecResult, encodeFrame, FrameDecoder } from "../../pkg/protocol/index.ts";
import { StatusError } from "../../pkg/status/index.ts";
import { startTestServer, type TestServer } from "./test-api.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
export const soon = { timeout: 10_000, interval: 10 };
/** Of the one process that the server has. */
export const path = "/apis/plush.dev/v1/namespaces/default/processes/p";
const manifest = {
  apiVersion: "plush.dev/v1",
  kind: "Process",
  metadata: { name: "p", namespace: "default" },
  spec: { command: ["x"], resourceName: "n", restartPolicy: "Never" },
};

/** A machine that has nothing of what it is asked for. */
export const none: MachineStreams = {
  exec: () => Promise.reject(new StatusError("NotFound", "no commands here")),
  attach: () => Promise.reject(new StatusError("Conflict", "the process is not running")),
  openPort: () => Promise.reject(new StatusError("Unreachable", "port 9: connection refused")),
  readLog: () => Promise.reject(new StatusError("NotFound", "the process has not been started here")),
};

/** A server that reaches one machine, which does what a test says. */
export async function started(
  streams: Partial<MachineStreams> = {},
): Promise<{ server: TestServer; client: HttpClient }> {
  const server = await startTestServer({
    findMachine: () => ({ ...none, ...streams }),
    readToken: async (token) =>
      token === "good" ? { identity: { user: "root", groups: ["system:masters"] } } : undefined,
  });
  await server.user.create(kinds.Process, manifest as never, {});
  const { authority, admin } = server.pki;
  const connection = { server: server.server.url, ca: authority.certificate, cert: admin.certificate, key: admin.key };
  const client = httpClient(connection);
  onTestFinished(() => client.close());
  return { server, client };
}

/** A machine's end of a command: what it says is pushed, what it hears is noted. */
export class Machine extends Duplex {
  readonly heard: string[] = [];
  readonly #decoder = new FrameDecoder();
  override _read(): void {}
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    for (const { channel: id, payload } of this.#decoder.push(chunk)) this.heard.push(`${id}:${Buffer.from(payload)}`);
    done();
  }
  say(id: number, text: string): void {
    this.push(encodeFrame(id, Buffer.from(text)));
  }
  finish(result: ExecResult): void {
    this.say(channel.result, JSON.stringify(result));
    this.push(null);
  }
}

export interface Raw {
  readonly socket: WebSocket;
  readonly messages: string[];
  readonly closed: Promise<number>;
}

/** A WebSocket as any library makes it, without our client; with a token among its protocols. */
export function dial(
  server: TestServer,
  address: string,
  protocols: readonly string[],
  headers: Record<string, string> = {},
): Raw {
  const token = `base64url.bearer.authorization.k8s.io.${Buffer.from("good").toString("base64url")}`;
  const socket = new WebSocket(server.server.url.replace("https", "wss") + address, [...protocols, token], {
    ca: server.pki.authority.certificate,
    headers,
  });
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(`${data[0]}:${data.subarray(1)}`));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  return { socket, messages, closed };
}

/** Code and message of a handshake that is refused. */
export function refusal({ socket }: Raw): Promise<string> {
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.once("unexpected-response", (_, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += String(chunk);
      });
      response.on("end", () => resolve(`${response.statusCode} ${(JSON.parse(text) as { message: string }).message}`));
    });
  });
}
