import { type Duplex, pipeline } from "node:stream";
import { type PortRequest, routes } from "../../protocol/index.ts";
import type { Handlers } from "./agent-server.ts";

/** Opens a connection; rejects with a StatusError where it cannot. */
export type Connect = (request: PortRequest) => Promise<Duplex>;

/** Connections to ports of this machine. */
export function connectHandlers(connect: Connect): Handlers {
  return {
    [`POST ${routes.connect}`]: async ({ stream, query }) => {
      const processUid = query.get("process");
      const claimUid = query.get("claim");
      const socket = await connect({
        port: query.get("port") ?? "",
        ...(processUid !== null && { processUid }),
        ...(claimUid !== null && { claimUid }),
      });
      if (stream.destroyed) {
        socket.destroy();
        return;
      }
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      // Each direction ends by itself; a break ends both, and there is nobody to tell.
      pipeline(stream, socket, () => undefined);
      pipeline(socket, stream, () => undefined);
    },
  };
}
