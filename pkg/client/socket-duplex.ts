import { Duplex } from "node:stream";
import type { MessageSocket } from "./message-socket.ts";

/** The messages of a socket as a stream of bytes, whose cuts mean nothing. */
export function duplexOf(socket: MessageSocket): Duplex {
  const messages = socket.messages();
  const duplex = new Duplex({
    read() {
      messages.next().then(
        ({ value, done }) => duplex.push(done === true ? null : value),
        (error: unknown) => duplex.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      socket.send(chunk).then(() => done(), done);
    },
    final(done) {
      socket.close();
      done();
    },
    destroy(error, done) {
      socket.close();
      done(error);
    },
  });
  return duplex;
}
