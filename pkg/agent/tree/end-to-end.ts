import type { Duplex } from "node:stream";
import { createServer, type Server } from "node:tls";
import type { Logger } from "../../log/index.ts";
import { serverName } from "../../protocol/index.ts";
import { type Credentials, nameIn } from "./identity.ts";

const handshakeMs = 10_000;

/** The lower end of TLS with the server, over whatever others have relayed. */
export class EndToEnd {
  readonly #server: Server;

  /** `accept` gets connections of which it is certain that the server is at their other end. */
  constructor(credentials: Credentials, log: Logger, accept: (connection: Duplex) => void) {
    const options = { ...credentials, requestCert: true, rejectUnauthorized: true, handshakeTimeout: handshakeMs };
    this.#server = createServer(options, (socket) => {
      socket.on("error", () => undefined);
      const name = nameIn(socket.getPeerCertificate());
      if (name === serverName) return accept(socket);
      log.warn({ name }, "relayed connection refused: not from the server");
      socket.destroy();
    });
    this.#server.on("tlsClientError", (error) => {
      log.warn(
        { error: error.message },
        "relayed connection refused: it is not the server's, or was changed on its way",
      );
    });
  }

  renew(credentials: Credentials): void {
    this.#server.setSecureContext(credentials);
  }

  take(stream: Duplex): void {
    this.#server.emit("connection", stream);
  }
}
