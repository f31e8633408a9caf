/** What providers have in common that make machines of this computer and reach them over SSH. */
export { Locks } from "./locks.ts";
export { MadeConnector, type MadeConnectorOptions } from "./made-connector.ts";
