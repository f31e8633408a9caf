import { readFileSync } from "node:fs";

/**
 * Milliseconds on a clock of this thread's own, which stands still while the thread could run and others have the processors:
 * what a test measures by it is as long on a busy computer. Where the system does not tell, it is the time that passes.
 */
export function ownTime(): number {
  return performance.now() - waitedMs();
}

/** How long the thread has waited for a processor so far. */
function waitedMs(): number {
  try {
    const [, waitedNs] = readFileSync("/proc/thread-self/schedstat", "utf8").split(" ");
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}
