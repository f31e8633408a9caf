import { setTimeout as sleep } from "node:timers/promises";
import { faultOf } from "./check-answer.ts";
import { Choices } from "./choices.ts";
import { asCurl, type FuzzRequest, toBytes } from "./fuzz-request.ts";
import { nextRequest } from "./mutate.ts";
import { WireClient, type WireTarget } from "./wire-client.ts";

/** What must come back to where it was: bytes of the heap after a collection, and open files, sockets and timers. */
export interface Footprint {
  readonly heapBytes: number;
  readonly handles: number;
}

export interface FuzzTarget extends Omit<WireTarget, "credential"> {
  readonly url: string;
  /** Of an administrator. */
  readonly credential: NonNullable<WireTarget["credential"]>;
  /** Deletes what was made, waits until nothing goes on any more, and measures. */
  settle(): Promise<Footprint>;
}

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** More requests to start from. */
  readonly choose?: (choices: Choices) => FuzzRequest;
  readonly onProgress?: (sent: number, report: FuzzReport) => void;
}

export interface FuzzReport {
  readonly seed: number;
  /** Answers by HTTP status. */
  readonly codes: Readonly<Record<string, number>>;
  /** What went wrong, each with the command that does it again. */
  readonly failures: readonly string[];
}

const connections = 6;
/** One request of so many shows no certificate. */
const strangerEach = 25;
/** What a heap may have grown by between an eighth of the way and the end: caches fill. */
const heapSlackBytes = 48 * 1024 * 1024;
const handleSlack = 3;
/** After so many failures more would say nothing new. */
const maxFailures = 20;

/**
 * Sends mutated requests of real clients, and looks at every answer: none may be of the 5xx, all must be Statuses or
 * objects, and the server's memory and handles must come back to where they were. The requests of a seed are always the
 * same; their answers depend on how they interleave.
 */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const codes: Record<string, number> = {};
  const failures: string[] = [];
  const report: FuzzReport = { seed: options.seed, codes, failures };
  const warmUp = Math.ceil(options.requests / 8);
  await run(target, options, report, { from: 0, to: warmUp });
  const before = await target.settle();
  await run(target, options, report, { from: warmUp, to: options.requests });
  const after = await target.settle();
  const grown = after.heapBytes - before.heapBytes;
  if (grown > heapSlackBytes) failures.push(`the heap grew by ${Math.round(grown / 1024)} KiB`);
  if (after.handles > before.handles + handleSlack)
    failures.push(`${after.handles} handles are open instead of ${before.handles}`);
  return report;
}

async function run(
  target: FuzzTarget,
  options: FuzzOptions,
  report: FuzzReport,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  let next = from;
  const { url, port, ca, credential } = target;
  const work = async (): Promise<void> => {
    const [known, nobody] = [new WireClient({ port, ca, credential }), new WireClient({ port, ca })];
    while (next < to && report.failures.length < maxFailures) {
      const index = next++;
      const request = (options.choose ?? nextRequest)(new Choices(options.seed * 1_000_003 + index));
      const fault = await attempt(index % strangerEach === 0 ? nobody : known, request, report);
      if (fault !== undefined)
        (report.failures as string[]).push(
          `request ${index} of seed ${options.seed}: ${fault}\n  ${asCurl(request, url)}`,
        );
      if (index % 1000 === 999) options.onProgress?.(index + 1, report);
    }
    known.close();
    nobody.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
}

async function attempt(client: WireClient, request: FuzzRequest, report: FuzzReport): Promise<string | undefined> {
  try {
    const answer = await client.send(toBytes(request), request.method);
    (report.codes as Record<string, number>)[answer.code] = (report.codes[answer.code] ?? 0) + 1;
    return faultOf(answer);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a heap goes up and down by while nothing happens. */
const restlessBytes = 256 * 1024;
/** In a process that holds much, each look at the heap takes a second: nobody waits for the last kilobyte. */
const maxLooks = 20;

/** Waits until a number of bytes no longer falls. */
export async function settled(look: () => number): Promise<number> {
  let last = look();
  for (let still = 0, looks = 1; still < 5 && looks < maxLooks; looks++) {
    await sleep(100);
    const now = look();
    still = now < last - restlessBytes ? 0 : still + 1;
    last = Math.min(last, now);
  }
  return last;
}
