import { StringDecoder } from "node:string_decoder";

/** Cuts a byte stream into lines. Throws where one is longer than `maxLength` characters. */
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
    const isTooLong = (line: string): boolean => line.length > this.#maxLength;
    if (isTooLong(this.#rest) || lines.some(isTooLong))
      throw new Error(`line longer than ${this.#maxLength} characters`);
    return lines.filter((line) => line !== "");
  }
}
