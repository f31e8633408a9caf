import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { StatusError } from "../status/index.ts";

export interface ScrapeRequest {
  /** A connection to the process's port. */
  readonly open: () => Promise<Duplex>;
  readonly path: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Asks a process for its metrics, in Prometheus' text format. Rejects with a StatusError that says why it has none. */
export async function scrape({ open, path, maxBytes, signal }: ScrapeRequest): Promise<string> {
  const connection = await open();
  try {
    signal.throwIfAborted();
    const response = await get(connection, path, signal);
    if (response.statusCode !== 200)
      throw new StatusError("BadRequest", `GET ${path} answers ${response.statusCode ?? "nothing"}`);
    return await textOf(response, maxBytes);
  } finally {
    connection.destroy();
  }
}

function get(connection: Duplex, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => connection,
      host: "localhost",
      path,
      headers: { accept: "text/plain;version=0.0.4;q=1,*/*;q=0.1", "user-agent": "plush" },
      signal,
    });
    asked.once("response", resolve);
    asked.once("error", reject);
    asked.end();
  });
}

async function textOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes > maxBytes) throw new StatusError("RequestEntityTooLarge", `it answers with more than ${maxBytes} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
