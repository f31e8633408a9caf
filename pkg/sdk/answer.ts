import { bodyChunks, lines, readBody, type TransportResponse } from "../client/portable.ts";

/** An answer that is no object, such as a log. Its body is read once, in one of these ways. */
export class Answer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly #response: TransportResponse;

  constructor(response: TransportResponse) {
    this.status = response.status;
    this.headers = response.headers;
    this.#response = response;
  }

  text(): Promise<string> {
    return readBody(this.#response.body);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** As they come, without their ends. */
  lines(): AsyncIterable<string> {
    return lines(this.bytes(), "keep");
  }

  bytes(): AsyncIterable<Uint8Array> {
    return bodyChunks(this.#response.body);
  }
}
