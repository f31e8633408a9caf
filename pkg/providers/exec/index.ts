/** Machines that a program of the operator's makes: one request on its stdin, one answer on its stdout. */
export { type ExecProviderOptions, makeExecProvider } from "./exec-provider.ts";
