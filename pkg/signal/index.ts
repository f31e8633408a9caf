/** Signals to processes that may have ended meanwhile. */
export { killGroup, sendSignal } from "./signal.ts";
