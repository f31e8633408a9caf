import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { type Readable, Transform } from "node:stream";
import { StatusError } from "../status/index.ts";
import { addressFault } from "./address-rules.ts";

export interface EgressOptions {
  readonly allowLoopback: boolean;
  readonly ownPorts: () => readonly number[];
  /** Larger answers are cut off with an error. Default 64 GiB. */
  readonly maxBytes?: number;
  /** So long may an answer be silent. Default 30 s. */
  readonly idleMs?: number;
  /** For tests. */
  readonly resolve?: (host: string) => Promise<string>;
}

export interface DownloadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM: authorities that https servers must be certified by, instead of those that are commonly trusted. */
  readonly ca?: string;
  /** Less than what the egress allows. */
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
}

export interface PostOptions extends DownloadOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Larger answers are refused. */
  readonly maxBytes: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Download {
  readonly stream: Readable;
  /** Where the server said it. */
  readonly size?: number;
}

/** A host, and what is said of it. */
interface Asked {
  readonly host: string;
  readonly port: number;
  readonly name: string;
}

const maxRedirects = 5;
const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class Egress {
  readonly #options: EgressOptions;

  constructor(options: EgressOptions) {
    this.#options = options;
  }

  /**
   * Fetches a URL. Rejects with Forbidden where its address, or one that it redirects to, may not be asked, Invalid
   * where it is no http(s) URL, Unreachable where there is no good answer.
   */
  async get(text: string, options: DownloadOptions): Promise<Download> {
    let url = readUrl(text);
    let headers = options.headers ?? {};
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const answer = await this.#ask(url, headers, options);
      const status = answer.statusCode ?? 0;
      if (status === 200) return this.#toDownload(answer, url, options);
      answer.destroy();
      const location = answer.headers.location;
      if (!redirectCodes.has(status) || location === undefined) {
        throw new StatusError("Unreachable", `${shown(url)} answered ${status} ${answer.statusMessage ?? ""}`.trim());
      }
      const next = readUrl(new URL(location, url).href);
      if (url.protocol === "https:" && next.protocol === "http:") {
        throw new StatusError("Forbidden", `${shown(url)} redirects from https to http`);
      }
      // What was meant for one host is not told to another.
      if (next.host !== url.host) headers = {};
      url = next;
    }
    throw new StatusError("Unreachable", `${shown(url)} redirects more than ${maxRedirects} times`);
  }

  /**
   * Sends a body and answers what came back, whatever its status: redirects are not followed. Rejects as `get` does, and
   * with RequestEntityTooLarge.
   */
  async post(text: string, options: PostOptions): Promise<PostAnswer> {
    const url = readUrl(text);
    const answer = await this.#ask(url, options.headers, options, options.body);
    const { stream } = this.#toDownload(answer, url, options);
    const parts = await stream.toArray({ signal: options.signal });
    return { status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() };
  }

  /** The address of a host, for who dials it by itself. Rejects with Forbidden where it may not be asked, or Unreachable. */
  async addressOf(host: string, port: number): Promise<string> {
    return this.#checked({ host, port, name: host });
  }

  async #ask(
    url: URL,
    headers: Readonly<Record<string, string>>,
    { signal, ca }: DownloadOptions,
    body?: string,
  ): Promise<http.IncomingMessage> {
    const address = await this.#checkedAddress(url);
    const idleMs = this.#options.idleMs ?? 30_000;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(new StatusError("Unreachable", `${shown(url)}: ${error.message}`, { cause: error }));
      };
      const request = (url.protocol === "https:" ? https : http).request(url, {
        method: body === undefined ? "GET" : "POST",
        headers: { "user-agent": "plush", "accept-encoding": "identity", ...headers },
        signal,
        timeout: idleMs,
        agent: false,
        ...(ca !== undefined && { ca }),
        // The address that was checked is the one that is dialled, whatever the name means a moment later.
        lookup: (_host, lookupOptions, done) => {
          const family = isIP(address);
          if (lookupOptions.all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
      });
      request.on("timeout", () => request.destroy(new Error(`no data for ${idleMs} ms`)));
      request.once("error", fail);
      request.once("response", (answer) => {
        request.removeListener("error", fail);
        request.on("error", (error) => answer.destroy(error));
        resolve(answer);
      });
      request.end(body);
    });
  }

  #checkedAddress(url: URL): Promise<string> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
    return this.#checked({ host, port, name: shown(url) });
  }

  async #checked({ host, port, name }: Asked): Promise<string> {
    const address = isIP(host) !== 0 ? host : await this.#resolve(host, name);
    const fault = addressFault(address, port, {
      allowLoopback: this.#options.allowLoopback,
      ownPorts: this.#options.ownPorts(),
      ownAddresses: Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address)),
    });
    if (fault !== undefined) throw new StatusError("Forbidden", `${name} may not be fetched: ${fault}`);
    return address;
  }

  async #resolve(host: string, name: string): Promise<string> {
    try {
      return await (this.#options.resolve ?? resolveName)(host);
    } catch (error) {
      throw new StatusError("Unreachable", `${name}: host name not found`, { cause: error });
    }
  }

  #toDownload(answer: http.IncomingMessage, url: URL, options: DownloadOptions): Download {
    const announced = answer.headers["content-length"];
    const size = announced === undefined ? undefined : Number(announced);
    const maxBytes = options.maxBytes ?? this.#options.maxBytes ?? 64 * 2 ** 30;
    const stream = limited(answer, { size, maxBytes, name: shown(url) });
    return { stream, ...(size !== undefined && { size }) };
  }
}

interface Limits {
  readonly size: number | undefined;
  readonly maxBytes: number;
  readonly name: string;
}

function limited(answer: http.IncomingMessage, { size, maxBytes, name }: Limits): Readable {
  let seen = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(new StatusError("RequestEntityTooLarge", `${name} is larger than ${maxBytes} bytes`));
      else done(null, chunk);
    },
    flush(done) {
      if (size === undefined || seen === size) done();
      else done(new StatusError("Unreachable", `${name} ended after ${seen} of ${size} bytes`));
    },
  });
  answer.once("error", (error) => {
    meter.destroy(new StatusError("Unreachable", `${name}: ${error.message}`, { cause: error }));
  });
  meter.once("close", () => answer.destroy());
  return answer.pipe(meter);
}

async function resolveName(host: string): Promise<string> {
  return (await lookup(host)).address;
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new StatusError("Invalid", `${JSON.stringify(text)} is no URL`);
  const url = new URL(text);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new StatusError("Invalid", `${shown(url)}: only http and https are fetched`);
}

/** Without what may be a password. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
