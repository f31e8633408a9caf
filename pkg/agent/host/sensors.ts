import { readFile, statfs } from "node:fs/promises";
import { loadavg } from "node:os";
import { type Clock, sleep } from "../../clock/index.ts";
import type { Attributes } from "./attributes.ts";
import { constantAttributes } from "./constant-attributes.ts";
import { isNoticeable } from "./noticeable.ts";
import { readTraffic, TrafficMeter } from "./traffic.ts";
import { uptimeMs } from "./uptime.ts";

export interface SensorsOptions {
  readonly clock: Clock;
  /** Whose disk is looked at. */
  readonly directory: string;
  /** How fast packages have come; undefined: none has. */
  readonly bandwidth: () => number | undefined;
}

const sampleMs = 10_000;

/** Watches the machine's facts: constant ones once, measured ones every ten seconds. */
export class Sensors {
  readonly #options: SensorsOptions;
  readonly #constant = constantAttributes();
  readonly #traffic = new TrafficMeter();
  #attributes: Attributes = {};

  constructor(options: SensorsOptions) {
    this.#options = options;
  }

  /** As last told. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  /** Takes one sample; returns whether something changed noticeably. */
  async sample(): Promise<boolean> {
    const next = { ...this.#constant, ...(await this.#measure()) };
    if (!isNoticeable(this.#attributes, next)) return false;
    this.#attributes = next;
    return true;
  }

  /** Samples until aborted. */
  async run(onChange: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#options.clock, sampleMs, signal).catch(() => undefined);
      if (!signal.aborted && (await this.sample())) onChange();
    }
  }

  async #measure(): Promise<Attributes> {
    const { directory, bandwidth } = this.#options;
    const memory = await readFile("/proc/meminfo", "utf8").catch(() => "");
    const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory)?.[1];
    const disk = await statfs(directory).catch(() => undefined);
    const incoming = bandwidth();
    return {
      ...(available !== undefined && { "memory.free": Number(available) * 1024 }),
      ...(disk !== undefined && { "disk.free": disk.bavail * disk.bsize, "disk.total": disk.blocks * disk.bsize }),
      // Some file systems make them as they are needed, and say 0.
      ...(disk !== undefined && disk.files > 0 && { "inodes.free": disk.ffree, "inodes.total": disk.files }),
      ...loads(),
      ...(await this.#rates()),
      ...(incoming !== undefined && { "bandwidth.in": twoDigits(incoming) }),
      uptime: Math.round(uptimeMs() / 1000),
    };
  }

  async #rates(): Promise<Attributes> {
    const text = await readFile("/proc/net/dev", "utf8").catch(() => "");
    const rates = text === "" ? undefined : this.#traffic.sample(readTraffic(text), this.#options.clock.monotonic());
    return rates === undefined ? {} : { "net.in": twoDigits(rates.in), "net.out": twoDigits(rates.out) };
  }
}

function loads(): Attributes {
  const rounded = loadavg().map((load) => Math.round(load * 100) / 100);
  return { "load.1m": rounded[0] ?? 0, "load.5m": rounded[1] ?? 0, "load.15m": rounded[2] ?? 0 };
}

/** More of them would say more than is known. */
function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
