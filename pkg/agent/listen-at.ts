import { isIP, type Server } from "node:net";
import { hasCode } from "./error-code.ts";

/** Listens where other machines reach this one, as far as that is known; resolves to the port. */
export async function listenAt(server: Server, address: string, port: number): Promise<number> {
  const host = isIP(address) === 0 ? undefined : address;
  try {
    return await listen(server, port, host);
  } catch (error) {
    // Others know the machine by an address that it does not have itself.
    if (host !== undefined && hasCode(error, "EADDRNOTAVAIL")) return listen(server, port, undefined);
    throw error;
  }
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.removeListener("error", reject);
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : port);
    });
  });
}
