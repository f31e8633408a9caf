import type { Duplex } from "node:stream";

/**
 * Has what is written to an SSH channel in one go leave as one packet. HTTP/2 hands over each frame's head and body as
 * pieces of their own: packet by packet they cost a write to the kernel each, wake sshd, and have it write in turn.
 */
export function joinWrites<T extends Duplex>(channel: T): T {
  channel._writev = (pieces, done) => channel._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), "binary", done);
  return channel;
}
