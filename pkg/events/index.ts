/** Events: what happened, told to people. */
export type { EventRecorder } from "./recorder.ts";
