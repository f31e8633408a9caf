/** What providers have in common that make machines of this computer and reach them over SSH. */
export { Locks } from "./locks.ts";
export { machineIndex } from "./machine-index.ts";
export { MadeConnector, type MadeConnectorOptions } from "./made-connector.ts";
