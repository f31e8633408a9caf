import { setTimeout as sleep } from "node:timers/promises";

/** Requests at a steady rate, whatever the answers take. */
export interface SteadyLoad {
  /** Ends it, waits for the last answers, and says what was answered how often, and how many requests a second were sent. */
  stop(): Promise<{ readonly answers: ReadonlyMap<string, number>; readonly perSecond: number }>;
}

/** GETs `url` so many times a second. An answer is its status and text; a failure is what the error says. */
export function startLoad(url: string, perSecond: number): SteadyLoad {
  const answers = new Map<string, number>();
  const open = new Set<Promise<void>>();
  const start = performance.now();
  let sent = 0;
  let isOver = false;
  const ask = async (): Promise<void> => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) })
      .then(async (response) => `${response.status} ${(await response.text()).trim()}`)
      .catch((error: unknown) => `failed: ${error}${error instanceof Error ? ` (${error.cause})` : ""}`);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  };
  const send = async (): Promise<void> => {
    while (!isOver) {
      for (const due = ((performance.now() - start) / 1000) * perSecond; sent < due; sent++) {
        const one: Promise<void> = ask().finally(() => open.delete(one));
        open.add(one);
      }
      await sleep(5);
    }
  };
  const sending = send();
  return {
    async stop() {
      isOver = true;
      await sending;
      const seconds = (performance.now() - start) / 1000;
      await Promise.all(open);
      return { answers, perSecond: sent / seconds };
    },
  };
}
