import type { Clock } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";

/** Runs work that must end within `limitMs`; its signal is aborted then, or when the outer one is. */
export async function withDeadline<T>(
  clock: Clock,
  options: { readonly limitMs: number; readonly what: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.setTimer(options.limitMs, () => {
    late.abort(new StatusError("Timeout", `${options.what}: no answer within ${options.limitMs} ms`));
  });
  const signal = AbortSignal.any([options.signal, late.signal]);
  try {
    return await abortable(work(signal), signal);
  } finally {
    cancel();
  }
}

/** Rejects as soon as the signal is aborted, whatever the work does. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
