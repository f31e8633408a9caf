/**
 * WebSockets between clients and server, as Kubernetes speaks them. Commands: binary messages of one byte channel and
 * payload; channels are those of frames.ts, and in v5 the two bytes 255, N end channel N (v4 cannot end stdin).
 */
export const commandProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;
export type CommandProtocol = (typeof commandProtocols)[number];

/** The channel whose messages name another one that has ended. */
export const endOfChannel = 255;

/** Port-forward: SPDY/3.1 frames in binary messages. The name is no legal token of HTTP, which libraries object to. */
export const tunnelProtocol = "SPDY/3.1+portforward.k8s.io";

/** Logs: what was printed, in binary messages. */
export const logProtocol = "binary.k8s.io";

/**
 * Watches: each text message is one event, as a line of the answer would be. Whoever offers something gets one of these
 * names in return: a browser that offers its token gives up where it gets none.
 */
export const watchProtocol = "watch.plush.dev";

/** The bearer token of a browser, which cannot set headers, base64url after this prefix among the subprotocols. */
export const bearerProtocolPrefix = "base64url.bearer.authorization.k8s.io.";

export function channelMessage(channel: number, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(payload.length + 1);
  message[0] = channel;
  message.set(payload, 1);
  return message;
}
