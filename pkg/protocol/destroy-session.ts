/** Of an HTTP/2 session or a connection what is needed here: the client for browsers knows no types of Node's. */
interface Destroyable {
  destroy(): unknown;
}

/**
 * Destroys an HTTP/2 session and the connection below it, in a moment. At once would not be safe: whatever is called
 * while a session reads, what awaited one of its events included, runs within a callback of nghttp2, which then goes on
 * with streams that were freed meanwhile (nodejs/node#38964). That corrupts the heap, and the process dies of it
 * elsewhere and later.
 */
export function destroySession(session: Destroyable, connection?: Destroyable): void {
  setImmediate(() => {
    session.destroy();
    connection?.destroy();
  });
}
