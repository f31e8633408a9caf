import { setTimeout as sleep } from "node:timers/promises";

/** Calls `check` until it does not throw, for at most `timeoutMs`; then throws its last error. Returns what it returned. */
export async function eventually<T>(check: () => Promise<T> | T, timeoutMs: number, intervalMs = 200): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(intervalMs);
    }
  }
}
