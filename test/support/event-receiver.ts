import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>> & { readonly id?: string };
}

/** An HTTP server that takes what is posted to it, and answers as the test says. */
export class EventReceiver {
  /** Of the next answers; 204 when there is none left. */
  readonly answers: number[] = [];
  /** How long each answer takes. */
  delayMs = 0;
  readonly received: ReceivedEvent[] = [];
  readonly #server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    this.received.push({ headers: request.headers, text, body: JSON.parse(text) as ReceivedEvent["body"] });
    const status = this.answers.shift() ?? 204;
    await sleep(this.delayMs);
    response.writeHead(status).end();
  });

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
