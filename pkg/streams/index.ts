/** Streams of Node's as links need them. */
export { type BytesObserver, EagerDuplex } from "./eager-duplex.ts";
export { LineSplitter } from "./lines.ts";
export { readLine } from "./read-line.ts";
export { WholeLines } from "./whole-lines.ts";
