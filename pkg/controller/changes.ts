import type { KubeObject, Process } from "../api/index.ts";
import { equalJson } from "../merge/index.ts";
import { isEcho } from "./own-words.ts";

/** A change of what is wanted, or of what names and owns it: all but status, and what the server keeps for itself. */
export function isWish(before: KubeObject, after: KubeObject): boolean {
  return (
    before.metadata.generation !== after.metadata.generation ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    !equalJson(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ||
    !equalJson(before.metadata.annotations ?? {}, after.metadata.annotations ?? {}) ||
    !equalJson(before.metadata.ownerReferences ?? [], after.metadata.ownerReferences ?? [])
  );
}

/**
 * For sources of whose status little is read: a change of what is wanted, or of what `read` gives. What else there is may
 * change as it likes; the simulator sees to it that nobody sleeps who reads more (`pkg/simulation/checks/wake-checks.ts`).
 */
export function isWishOr<T extends KubeObject>(
  read: (object: T) => readonly unknown[],
): (before: T, after: T) => boolean {
  return (before, after) => isWish(before, after) || !equalJson(read(before), read(after));
}

type Statused = KubeObject & { readonly status?: object };

/**
 * For a controller's own objects: any change but of these fields of the status by itself. They are its own words, and what
 * it says of an object does not hang on what it has said of it. Somebody else's words have to be put right.
 */
export function isMoreThan(words: readonly string[]): (before: Statused, after: Statused) => boolean {
  const isNews = isWishOr(({ metadata, status }: Statused) => [
    metadata.finalizers,
    Object.entries(status ?? {}).filter(([name]) => !words.includes(name)),
  ]);
  return (before, after) => isNews(before, after) || isForeign(before, after);
}

/** For a controller that reads nothing of its own objects' status: a change of what is wanted, or somebody else's words. */
export function isWishOrForeign(before: Statused, after: Statused): boolean {
  return (
    isWish(before, after) ||
    !equalJson(before.metadata.finalizers ?? [], after.metadata.finalizers ?? []) ||
    isForeign(before, after)
  );
}

function isForeign(before: Statused, after: Statused): boolean {
  return !equalJson(before.status ?? {}, after.status ?? {}) && !isEcho(before, after);
}

/**
 * A change of a process beyond where it is at barriers, and beyond what was fetched of it. Barriers are entered and passed
 * by all members within moments, and mean something to barriers and documents alone.
 */
export function isBeyondBarriers(before: Process, after: Process): boolean {
  return isWish(before, after) || !equalJson(doing(before), doing(after));
}

function doing({ status }: Process): object {
  const { barriers: _barriers, collected: _collected, results: _results, ...rest } = status ?? {};
  return rest;
}
