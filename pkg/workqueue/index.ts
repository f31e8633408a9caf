/** A queue of keys that wait for a controller: without duplicates, with delays and backoff. */
export { type QueueObserver, WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
