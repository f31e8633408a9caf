/** What processes leave: logs and outputs are fetched from their machines while these still have them. */
export { type CollectedResults, type CollectRequest, makeResultsController } from "./reconcile.ts";
