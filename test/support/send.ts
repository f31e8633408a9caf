import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Credential } from "../../pkg/auth/index.ts";
import type { TestServer } from "./test-api.ts";

export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** As they came over the wire. */
  readonly bytes: Buffer;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Undefined: as nobody. */
  readonly credential?: Credential | undefined;
}

/** One request on a connection of its own; as the administrator, unless it says otherwise. */
export function send(test: TestServer, path: string, sent: Sent = {}): Promise<Answer> {
  const { credential } = "credential" in sent ? sent : { credential: test.pki.admin };
  const options: RequestOptions = {
    method: sent.method ?? "GET",
    ca: test.pki.authority.certificate,
    ...(credential && { cert: credential.certificate, key: credential.key }),
    // Of a DELETE Node does not tell the length by itself.
    headers: { ...(sent.body !== undefined && { "content-length": Buffer.byteLength(sent.body) }), ...sent.headers },
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(`${test.server.url}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({ code: response.statusCode ?? 0, headers: response.headers, text: bytes.toString(), bytes });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(sent.body);
  });
}
