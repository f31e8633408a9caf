import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { StatusError } from "../status/index.ts";

/** How often it is looked how much has come. */
const meterMs = 500;

/** Ends what takes too long or too much. */
export class Limits {
  readonly #controller = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #ended: () => void;
  reason: StatusError | undefined;

  constructor(
    directory: string,
    { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number },
    outer: AbortSignal,
  ) {
    const stop = (reason: StatusError): void => {
      this.reason ??= reason;
      this.#controller.abort(reason);
    };
    const onOuter = (): void => this.#controller.abort(outer.reason);
    outer.addEventListener("abort", onOuter, { once: true });
    if (outer.aborted) onOuter();
    const late = new StatusError("Timeout", `fetching took longer than ${timeoutMs / 1000} s`);
    const large = new StatusError("RequestEntityTooLarge", `the repository is larger than ${maxBytes} bytes`);
    const meter = async (): Promise<void> => {
      if ((await sizeOf(directory)) > maxBytes) stop(large);
    };
    this.#timers = [setTimeout(() => stop(late), timeoutMs), setInterval(() => void meter(), meterMs)];
    this.#ended = () => outer.removeEventListener("abort", onOuter);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ended();
    // What still runs then is not needed.
    this.#controller.abort();
  }
}

/** Bytes below a directory; files that come and go meanwhile do not matter. */
export async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) return 0;
    return (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
