/** The console on the user's own computer: its page, and the API in the user's name, for one browser. */
export { type Loopback, type LoopbackOptions, startLoopback } from "./loopback.ts";
