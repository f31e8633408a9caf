/** Events: what happened, told to people. */
export { ApiRecorder, type ApiRecorderOptions } from "./api-recorder.ts";
export type { EventRecorder } from "./recorder.ts";
export { recordTransitions, type Transition } from "./transition.ts";
