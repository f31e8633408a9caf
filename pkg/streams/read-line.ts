import type { Duplex } from "node:stream";

const maxLength = 65_536;

/** Takes the first line off a stream; what follows stays in it. Rejects where the stream ends before. */
export function readLine(stream: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    const stop = (): void => {
      stream.off("readable", take);
      stream.off("close", fail);
      stream.off("end", fail);
    };
    const fail = (): void => {
      stop();
      reject(new Error("the connection ended before a line came"));
    };
    const take = (): void => {
      const chunk: Buffer | null = stream.read();
      if (chunk === null) return;
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf("\n");
      if (end < 0) {
        if (read.length > maxLength) fail();
        return;
      }
      stop();
      const rest = read.subarray(end + 1);
      if (rest.length > 0) stream.unshift(rest);
      resolve(read.toString("utf8", 0, end));
    };
    stream.on("readable", take);
    stream.once("end", fail);
    stream.once("close", fail);
  });
}
