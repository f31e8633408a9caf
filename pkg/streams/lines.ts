import { StringDecoder } from "node:string_decoder";

/** Cuts a byte stream into lines. Throws where one is longer than `maxBytes`. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #maxLength: number;
  #rest = "";

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > this.#maxLength) throw new Error(`line longer than ${this.#maxLength} characters`);
    return lines.filter((line) => line !== "");
  }
}
