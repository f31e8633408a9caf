import type { ApiClient } from "./api-client.ts";
import { httpsTransport, type ServerConnection } from "./https-transport.ts";
import { restClient } from "./rest-client.ts";
import type { StreamTransport } from "./stream-transport.ts";

/** The verbs, and the transport below them for what is no object: logs, exec, packages, discovery. */
export interface HttpClient extends ApiClient {
  readonly transport: StreamTransport;
  /** Ends the connections. */
  close(): void;
}

/** A client of the server that `connection` names. Nothing is dialled before the first call. */
export function httpClient(connection: ServerConnection): HttpClient {
  const transport = httpsTransport(connection);
  return Object.assign(restClient(transport), { transport, close: () => transport.close() });
}
