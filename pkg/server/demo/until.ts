import { type Clock, sleep } from "../../clock/index.ts";

/** Waits until `check` says true; rejects after `timeoutMs`, naming what was waited for. */
export async function until(
  ports: { readonly clock: Clock; readonly signal: AbortSignal },
  timeoutMs: number,
  what: string,
  check: () => Promise<boolean>,
): Promise<void> {
  const deadline = ports.clock.monotonic() + timeoutMs;
  while (!(await check())) {
    if (ports.clock.monotonic() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for: ${what}`);
    await sleep(ports.clock, 50, ports.signal);
  }
}
