/** SPDY/3.1 as Kubernetes' port-forward speaks it: frames, packed headers, sessions over any duplex of bytes. */
export type { SpdyHeaders } from "./header-block.ts";
export { SpdySession, type SpdySessionOptions } from "./session.ts";
export { SpdyStream } from "./stream.ts";
