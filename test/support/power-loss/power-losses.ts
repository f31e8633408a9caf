import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { seeded } from "../seeded.ts";
import { DiskModel, type Image, type Loss, losses } from "./disk-model.ts";
import type { Recorded } from "./recording.ts";

export interface PowerLoss {
  /** A directory with what is left. */
  readonly directory: string;
  /** How much had been recorded: what was acknowledged at this length or before it must be there. */
  readonly at: number;
  readonly loss: Loss;
}

export interface PowerLossOptions {
  /** The directory whose changes were recorded. */
  readonly root: string;
  readonly recording: readonly Recorded[];
  /** Moments that are tried. POWER_LOSS_POINTS=all tries each one, with each kind of loss. */
  readonly points: number;
  readonly check: (loss: PowerLoss) => Promise<void>;
}

const atOnce = 4;

/** Loses power at many moments of a recording, and has what is left checked. Answers how often. */
export async function losePower({ root, recording, points, check }: PowerLossOptions): Promise<number> {
  const seed = Number(process.env["POWER_LOSS_SEED"] ?? Math.floor(Math.random() * 1e9));
  const random = seeded(seed);
  const moments =
    process.env["POWER_LOSS_POINTS"] === "all" ? allMoments(recording) : sample(recording, points, random);
  console.log(`POWER_LOSS_SEED=${seed}: ${moments.length} moments of ${recording.length} operations`);
  const model = new DiskModel(root);
  const running = new Set<Promise<void>>();
  let done = 0;
  for (const { count, loss } of moments) {
    for (; done < count; done++) model.apply(recording[done]?.operation ?? unreachable());
    const at = recording[count - 1]?.end ?? 0;
    const image = model.afterLoss(loss, random);
    const one = onDisk(image, (directory) => check({ directory, at, loss })).catch((cause: unknown) => {
      const what = JSON.stringify(recording[count - 1]?.operation, (key, value) =>
        key === "bytes" ? undefined : value,
      );
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`seed ${seed}, ${loss} after operation ${count} (${what}): ${why}`, { cause });
    });
    const tracked: Promise<void> = one.finally(() => running.delete(tracked));
    running.add(tracked);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  return moments.length;
}

/** Paths whose content the recording does not account for: a recorder that misses changes proves nothing. */
export function missedBy(recording: readonly Recorded[], root: string): readonly string[] {
  const model = new DiskModel(root);
  for (const { operation } of recording) model.apply(operation);
  const image = model.afterLoss("nothing lost", Math.random);
  const present = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = new Set(present.map((entry) => relative(root, join(entry.parentPath, entry.name))));
  const isSame = (path: string, content: Buffer | undefined): boolean =>
    paths.has(path) && (content === undefined || readFileSync(join(root, path)).equals(content));
  const missed = [
    ...[...paths].filter((path) => !image.has(path)),
    ...[...image].filter(([path, content]) => !isSame(path, content)).map(([path]) => path),
  ];
  // SQLite maps the index of its log into memory, and makes it anew whenever it is not there: nothing depends on it.
  return missed.filter((path) => !path.endsWith("-shm"));
}

interface Moment {
  /** Operations before it. */
  readonly count: number;
  readonly loss: Loss;
}

function sample(recording: readonly Recorded[], points: number, random: () => number): readonly Moment[] {
  const one = (): Moment => ({
    count: Math.floor(random() * (recording.length + 1)),
    loss: losses[Math.floor(random() * losses.length)] ?? "nothing lost",
  });
  return Array.from({ length: points }, one).sort((a, b) => a.count - b.count);
}

function allMoments(recording: readonly Recorded[]): readonly Moment[] {
  return Array.from({ length: recording.length + 1 }, (_, count) => losses.map((loss) => ({ count, loss }))).flat();
}

/** In memory where there is such a place: the checks sync much. */
async function onDisk(image: Image, check: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(process.platform === "linux" ? "/dev/shm" : tmpdir(), "plush-power-loss-"));
  try {
    for (const [path, content] of image) {
      const target = join(directory, path);
      mkdirSync(content === undefined ? target : dirname(target), { recursive: true, mode: 0o700 });
      // Shared memory of SQLite is mapped, not written: whatever is left of it must do no harm.
      if (content !== undefined)
        writeFileSync(target, path.endsWith("-shm") ? Buffer.alloc(content.length, 0x5a) : content);
    }
    await check(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function unreachable(): never {
  throw new Error("a moment lies after the end");
}
