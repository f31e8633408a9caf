import { StringDecoder } from "node:string_decoder";

/**
 * Cuts a byte stream into lines, without their ends. An unfinished last line is dropped, as its object is incomplete,
 * or, of text for people, kept.
 */
export async function* lines(
  body: AsyncIterable<Uint8Array>,
  unfinished: "drop" | "keep" = "drop",
): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of body) {
    // Only the new text is searched: a long line in many chunks must not cost its square.
    const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield rest + text.slice(start, end);
      rest = "";
      start = end + 1;
    }
    rest += text.slice(start);
  }
  if (unfinished === "keep" && rest !== "") yield rest;
}
