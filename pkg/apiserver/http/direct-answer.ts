import type { ServerResponse } from "node:http";
import { pipeline, type Readable } from "node:stream";
import type { Answer } from "./answer.ts";

/** Node copies a string once more while it puts it together with the head: that pays for short ones alone. */
const maxText = 64 * 1024;

/** An answer straight to Node's HTTP server. */
export class DirectAnswer implements Answer {
  readonly raw: ServerResponse;
  #code = 200;
  readonly #headers: Record<string, string | readonly string[] | number> = {};
  #hijacked = false;

  constructor(raw: ServerResponse) {
    this.raw = raw;
  }

  /** Nobody can answer any more. */
  get isSent(): boolean {
    return this.#hijacked || this.raw.headersSent || this.raw.destroyed;
  }

  code(code: number): Answer {
    this.#code = code;
    return this;
  }

  /** `name` in lower case: a later value replaces an earlier one. */
  header(name: string, value: string | readonly string[]): Answer {
    this.#headers[name] = value;
    return this;
  }

  hijack(): Answer {
    this.#hijacked = true;
    return this;
  }

  send(body: string | Uint8Array | Readable = ""): Answer {
    if (typeof body !== "string" && !(body instanceof Uint8Array)) return this.#sendStream(body);
    const content = typeof body === "string" && body.length > maxText ? Buffer.from(body) : body;
    this.#headers["content-length"] = Buffer.byteLength(content);
    this.#writeHead();
    this.raw.end(content);
    return this;
  }

  #sendStream(body: Readable): Answer {
    this.#writeHead();
    // A client that goes ends the stream, a stream that fails cuts the answer: both are seen on `raw`.
    pipeline(body, this.raw, () => {});
    return this;
  }

  #writeHead(): void {
    // Node wants to change what it is given.
    this.raw.writeHead(this.#code, this.#headers as Record<string, string | string[] | number>);
  }
}
