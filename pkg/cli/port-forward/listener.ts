import { createServer, type Server, type Socket } from "node:net";
import { StatusError } from "../../status/index.ts";

/** Listens on a port of this computer; resolves with the one that it got. Rejects with a sentence where it cannot. */
export function listen(
  address: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  return new Promise((resolve, reject) => {
    // The two directions of a connection end by themselves.
    const server = createServer({ allowHalfOpen: true }, onConnection);
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is taken" : error.message;
      reject(
        new StatusError("Conflict", `cannot listen on ${shownAddress(address, port)}: ${why}`, {
          cause: error,
        }),
      );
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address();
      resolve({ server, port: typeof bound === "object" && bound !== null ? bound.port : port });
    });
  });
}

export function shownAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
