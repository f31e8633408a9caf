import type { Duplex } from "node:stream";
import { channel, encodeFrame } from "../protocol/index.ts";
import type { CommandFeed, CommandReader } from "./command-lane.ts";

/** A command that has a request of its own: one with much to say waits for whoever reads it, and for nobody else. */
export function feedOf(stream: Duplex, reader: CommandReader): CommandFeed {
  let isOver = false;
  stream.on("data", (chunk: Buffer) => {
    const wait = isOver ? undefined : reader.take(chunk);
    if (wait === undefined) return;
    stream.pause();
    void wait.then(() => stream.resume());
  });
  stream.on("error", () => undefined); // it closes
  // An end before all has come is none.
  stream.once("end", () => isOver || stream.destroy());
  stream.once("close", () => {
    if (!isOver) reader.lost("link");
  });
  return {
    acknowledge: (received) => void stream.write(encodeFrame(channel.received, Buffer.from(String(received)))),
    // An end in good order tells the agent so, at half of what it costs to break off.
    finish: () => {
      isOver = true;
      stream.end();
    },
    cancel: () => {
      isOver = true;
      stream.destroy();
    },
  };
}
