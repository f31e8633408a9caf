import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { openStore } from "./open-store.ts";
import type { Change, Store } from "./store.ts";

// A store and the simplest thing that could be meant by it go through the same commits.

let directory: string;
let store: Store;
let run = 0;

async function reopen(): Promise<void> {
  await store?.close();
  store = await openStore({ directory, clock: new FakeClock() });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plush-store-model-"));
  await reopen();
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

type State = ReadonlyMap<string, { readonly revision: number; readonly n: number }>;

interface Operation {
  /** Writes in one commit: a number to put, undefined to delete. */
  readonly writes: readonly (readonly [key: string, n: number | undefined])[];
  /** A key that must be at its present revision, or (stale) at another one. */
  readonly condition: { readonly key: string; readonly isStale: boolean } | undefined;
  readonly wait: boolean;
}

const keys = ["x/1", "x/2", "x/11", "y/1", "y/é"];
const operation: fc.Arbitrary<Operation> = fc.record({
  writes: fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.option(fc.nat(9), { nil: undefined })), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 4,
  }),
  condition: fc.option(fc.record({ key: fc.constantFrom(...keys), isStale: fc.boolean() }), { nil: undefined }),
  wait: fc.boolean(),
});

/** Applies operations to the store and to the model; returns the model's state at each revision. */
async function play(operations: readonly Operation[], prefix: string): Promise<Map<number, State>> {
  let revision = store.revision;
  const states = new Map<number, State>([[revision, new Map()]]);
  let state: State = new Map();
  const pending: Promise<unknown>[] = [];
  for (const { writes, condition, wait } of operations) {
    const preconditions = [];
    if (condition) {
      const present = state.get(prefix + condition.key)?.revision ?? 0;
      preconditions.push({ key: prefix + condition.key, revision: present + (condition.isStale ? 1 : 0) });
    }
    const result = store.commit(
      preconditions,
      writes.map(([key, n]) => ({ key: prefix + key, value: n === undefined ? undefined : () => ({ n }) })),
    );
    if (condition?.isStale) {
      await expect(result).rejects.toMatchObject({ reason: "Conflict" });
      continue;
    }
    pending.push(result);
    if (wait) await result;
    const next = new Map(state);
    let isChanged = false;
    for (const [key, n] of writes) {
      if (n !== undefined) next.set(prefix + key, { revision: revision + 1, n });
      isChanged = (n === undefined ? next.delete(prefix + key) : true) || isChanged;
    }
    if (!isChanged) continue;
    state = next;
    states.set(++revision, state);
  }
  await Promise.all(pending);
  return states;
}

function readState(prefix: string, revision: number): State {
  const { entries } = store.list(prefix, { revision });
  expect(entries.map(({ key }) => key)).toEqual(entries.map(({ key }) => key).sort());
  return new Map(entries.map(({ key, revision: at, value }) => [key, { revision: at, n: Number(value["n"]) }]));
}

async function checkHistory(prefix: string, states: ReadonlyMap<number, State>): Promise<void> {
  const checks = [...states].map(async ([revision, state]) => {
    expect(readState(prefix, revision)).toEqual(state);
    // Replayed from here, a watch leads through every later state, one commit at a time.
    const replayed = new Map(state);
    const onChanges = (changes: readonly Change[], at: number): void => {
      for (const { key, current, previous } of changes) {
        expect(previous?.revision).toBe(replayed.get(key)?.revision);
        if (current === undefined) replayed.delete(key);
        else replayed.set(key, { revision: current.revision, n: Number(current.value["n"]) });
      }
      expect(replayed).toEqual(states.get(at));
    };
    const watcher = store.watch(prefix, revision, { onChanges, onEnd: () => {} });
    await expect.poll(() => watcher.isLive, { interval: 1 }).toBe(true);
    watcher.close();
    expect(replayed).toEqual([...states.values()].at(-1));
  });
  await Promise.all(checks);
}

test("states, conflicts, lists at a revision and watches are those of the model, before and after reopening", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      const prefix = `/run${++run}/`;
      const live: number[] = [];
      const watcher = store.watch(prefix, store.revision, {
        onChanges: (_changes, revision) => live.push(revision),
        onEnd: () => {},
      });
      const states = await play(operations, prefix);
      watcher.close();
      expect(live).toEqual([...states.keys()].slice(1));
      await checkHistory(prefix, states);
      await reopen();
      await checkHistory(prefix, states);
    }),
    { numRuns: 20 },
  );
});
