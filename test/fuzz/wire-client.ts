import { connect, type TLSSocket } from "node:tls";

export interface WireAnswer {
  readonly code: number;
  /** Names in lower case; of repeated ones the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** False where it was cut off because it does not end by itself. */
  readonly isWhole: boolean;
}

export interface WireTarget {
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  /** PEM; absent: nobody in particular. */
  readonly credential?: { readonly certificate: string; readonly key: string };
}

/** An answer must have begun after this. */
const patienceMs = 15_000;
/** An answer that has begun and does not end is a stream: after this, enough of it was seen, however much still comes. */
const streamMs = 60;

/** One connection over which bytes are sent as they are: HTTP libraries would not send most of what is interesting. */
export class WireClient {
  readonly #target: WireTarget;
  #socket: TLSSocket | undefined;

  constructor(target: WireTarget) {
    this.#target = target;
  }

  /** Sends one request and reads its answer. Rejects where there is none in time, or where it is no HTTP. */
  async send(bytes: Buffer, method: string): Promise<WireAnswer> {
    const socket = this.#socket ?? (await this.#connect());
    this.#socket = undefined;
    const { answer, isReusable } = await exchange(socket, bytes, method);
    if (isReusable) this.#socket = socket;
    else socket.destroy();
    return answer;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Promise<TLSSocket> {
    const { port, ca, credential } = this.#target;
    return new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: "127.0.0.1",
        ca,
        ...(credential !== undefined && { cert: credential.certificate, key: credential.key }),
      });
      socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no TLS after ${patienceMs} ms`)));
      socket.once("error", reject);
      socket.once("secureConnect", () => {
        socket.setTimeout(0);
        socket.removeListener("error", reject);
        socket.on("error", () => {});
        resolve(socket);
      });
    });
  }
}

interface Exchanged {
  readonly answer: WireAnswer;
  readonly isReusable: boolean;
}

function exchange(socket: TLSSocket, bytes: Buffer, method: string): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let timer = setTimeout(() => finish(new Error(`no answer after ${patienceMs} ms`)), patienceMs);
    let hasBegun = false;
    const finish = (outcome: Error | Exchanged): void => {
      clearTimeout(timer);
      socket.removeListener("data", onData);
      socket.removeListener("close", onClose);
      if (outcome instanceof Error) {
        socket.destroy();
        reject(outcome);
      } else resolve(outcome);
    };
    const look = (isClosed: boolean, isEnough = false): void => {
      const head = readHead(received);
      if (head === undefined) {
        if (isClosed)
          finish(new Error(`the connection ended before an answer: ${received.toString("latin1", 0, 100)}`));
        return;
      }
      const { code, headers, end } = head;
      const body = method === "HEAD" ? Buffer.alloc(0) : readBody(received.subarray(end), code, headers, isClosed);
      if (body !== undefined) {
        const isReusable = !isClosed && headers["connection"] !== "close" && code !== 101;
        finish({ answer: { code, headers, body, isWhole: true }, isReusable });
      } else if (isClosed || isEnough) {
        const partial = unchunk(received.subarray(end)).body;
        finish({ answer: { code, headers, body: partial, isWhole: false }, isReusable: false });
      } else if (!hasBegun) {
        hasBegun = true;
        clearTimeout(timer);
        timer = setTimeout(() => look(false, true), streamMs);
      }
    };
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      look(false);
    };
    const onClose = (): void => look(true);
    socket.on("data", onData);
    socket.once("close", onClose);
    socket.write(bytes);
  });
}

interface Head {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the body begins. */
  readonly end: number;
}

function readHead(received: Buffer): Head | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const code = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? Number.NaN);
  if (code === 100) {
    const next = readHead(received.subarray(end + 4));
    return next && { ...next, end: next.end + end + 4 };
  }
  const headers = lines.map((text) => [
    text.split(":")[0]?.toLowerCase() ?? "",
    text.slice(text.indexOf(":") + 1).trim(),
  ]);
  return { code, headers: Object.fromEntries(headers), end: end + 4 };
}

/** The body, if all of it is there. */
function readBody(bytes: Buffer, code: number, headers: Head["headers"], isClosed: boolean): Buffer | undefined {
  if (code === 204 || code === 304 || code === 101) return Buffer.alloc(0);
  if (headers["transfer-encoding"] === "chunked") {
    const { body, isWhole } = unchunk(bytes);
    return isWhole ? body : undefined;
  }
  const length = headers["content-length"];
  if (length === undefined) return isClosed ? bytes : undefined;
  return bytes.length >= Number(length) ? bytes.subarray(0, Number(length)) : undefined;
}

function unchunk(bytes: Buffer): { readonly body: Buffer; readonly isWhole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (size === 0) return { body: Buffer.concat(parts), isWhole: true };
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || next > bytes.length) return { body: Buffer.concat(parts), isWhole: false };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
