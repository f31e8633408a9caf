import { once } from "node:events";
import { type ClientHttp2Stream, connect, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { destroySession } from "../destroy-session.ts";

/** Ends sessions where that once corrupted the heap: after an answer was read, with another request under way. */
const rounds = 1500;

const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => undefined);
  stream.respond({ ":status": 200 });
  stream.end("answer");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
for (let round = 0; round < rounds; round++) {
  const session = connect(url);
  session.on("error", () => undefined);
  const closed = once(session, "close");
  const request = (): ClientHttp2Stream => {
    const stream = session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
    stream.on("error", () => undefined);
    stream.end("question");
    return stream;
  };
  for await (const _chunk of request());
  request().resume();
  destroySession(session);
  await closed;
}
server.close();
