/** Documents: what the server wants of each machine, rendered from what the store holds. Absence is never an order. */
export type { DocumentPorts } from "./ports.ts";
export { makeDocumentController } from "./reconcile.ts";
