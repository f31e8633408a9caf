import type { Http2Session } from "node:http2";
import type { Clock } from "../../clock/index.ts";

export interface PulseOptions {
  readonly clock: Clock;
  readonly session: Http2Session;
  /** How much has come from the other end; anything is a sign of life, also of one with much to say. */
  readonly bytesRead: () => number;
  readonly pingMs: number;
  readonly onSilent: (silentMs: number) => void;
}

/** So many pings without a byte from the other end, and it is taken for gone. */
const missed = 3;

/**
 * Pings the other end of a link, which does the same, and calls back once when nothing comes from it. Each end speaks
 * unasked: what is on its way in one direction does not delay the other. Returns the stopper.
 */
export function watchPulse({ clock, session, bytesRead, pingMs, onSilent }: PulseOptions): () => void {
  let cancel = (): void => undefined;
  let heardAt = clock.monotonic();
  let lastAt = heardAt;
  let bytes = bytesRead();
  const beat = (): void => {
    const now = clock.monotonic();
    const read = bytesRead();
    // While this process stood still it could not hear anybody.
    if (read !== bytes || now - lastAt > 2 * pingMs) heardAt = now;
    bytes = read;
    lastAt = now;
    if (session.destroyed) return;
    if (now - heardAt > missed * pingMs) {
      onSilent(now - heardAt);
      return;
    }
    session.ping(() => undefined);
    cancel = clock.setTimer(pingMs, beat);
  };
  cancel = clock.setTimer(pingMs, beat);
  return () => cancel();
}
