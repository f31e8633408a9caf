import type { Resource } from "../api/index.ts";
import type { ReadUsage } from "../apiserver/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Fabric } from "../fabric/index.ts";
import type { Cache } from "../informer/index.ts";
import type { UsageReport } from "../protocol/index.ts";

export interface UsagePorts {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "observe" | "usage">;
  readonly resources: Cache<Resource>;
}

/** An answer serves all who ask within so long: a look at machines and one at processes mostly come together. */
const freshMs = 2000;
/** Nobody waits for a machine for longer; what comes later serves the next who asks. */
const limitMs = 2000;
/** An older answer says nothing of now. */
const staleMs = 60_000;

interface Page {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly report: UsageReport;
}

/**
 * What machines use, asked of their agents when somebody wants to know: nothing is sent, measured or kept for nobody.
 */
export class UsageBook {
  readonly #ports: UsagePorts;
  readonly #pages = new Map<string, Page>();
  readonly #asked = new Map<string, Promise<void>>();

  constructor(ports: UsagePorts) {
    this.#ports = ports;
  }

  /** Of the machines with these names; those that do not answer in time are left out. */
  readonly read: ReadUsage = async (names) => {
    const reports = await Promise.all(names.map((name) => this.#usageOf(name)));
    return new Map(
      names.flatMap((name, index) => {
        const report = reports[index];
        return report === undefined ? [] : [[name, report]];
      }),
    );
  };

  async #usageOf(name: string): Promise<UsageReport | undefined> {
    const { fabric, resources } = this.#ports;
    const uid = resources.get({ namespace: "", name })?.metadata.uid ?? "";
    if (fabric.observe(uid).state !== "connected") {
      this.#pages.delete(uid);
      return undefined;
    }
    if (this.#age(uid) > freshMs) await this.#withinLimit(this.#ask(uid));
    return this.#age(uid) > staleMs ? undefined : this.#pages.get(uid)?.report;
  }

  #age(uid: string): number {
    const page = this.#pages.get(uid);
    return page === undefined ? Number.POSITIVE_INFINITY : this.#ports.clock.monotonic() - page.at;
  }

  #ask(uid: string): Promise<void> {
    const asked = this.#asked.get(uid);
    if (asked !== undefined) return asked;
    const { clock, fabric } = this.#ports;
    const answer = fabric
      .usage(uid)
      .then((report) => void this.#pages.set(uid, { at: clock.monotonic(), report }))
      // A machine that cannot tell is left out; why it cannot stands in its Resource.
      .catch(() => undefined)
      .finally(() => this.#asked.delete(uid));
    this.#asked.set(uid, answer);
    return answer;
  }

  #withinLimit(answer: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.setTimer(limitMs, resolve);
      void answer.finally(() => {
        cancel();
        resolve();
      });
    });
  }
}
