/** Hooks: callbacks that are asked, signed and in the background, before a failed member is dealt with. */
export { hmacKey } from "./hook-call.ts";
export { type HookAnswer, HookCaller, type HookCallerPorts, silentHooks } from "./hook-caller.ts";
export type { FailureNotice, HookQuestion } from "./question.ts";
export { signature } from "./signature.ts";
