import fc from "fast-check";
import { expect, it } from "vitest";
import type { KubeObject } from "../../api/index.ts";
import { type PastChange, PastObjects } from "./past-objects.ts";

const object = (name: string, text: string): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  metadata: { name, resourceVersion: text },
});

it("B-UI-101: is at each revision what it was, however one came there", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    isGone: fc.boolean(),
    skip: fc.integer({ min: 0, max: 2 }),
  });
  const run = fc.property(
    fc.array(step, { maxLength: 30 }),
    fc.array(fc.integer({ min: 0, max: 60 })),
    (steps, visits) => {
      const start = new Map([["a", object("a", "0")]]);
      const states = new Map<number, ReadonlyMap<string, KubeObject>>([[0, start]]);
      const state = new Map(start);
      const changes: PastChange<KubeObject>[] = [];
      let revision = 0;
      for (const { key, isGone, skip } of steps) {
        for (let more = 0; more < skip; more++) states.set(++revision, new Map(state));
        revision++;
        const now = isGone ? undefined : object(key, String(revision));
        if (now === undefined) state.delete(key);
        else state.set(key, now);
        changes.push({ revision, key, now });
        states.set(revision, new Map(state));
      }
      const past = new PastObjects(start, changes);
      let seen = new Map(start);
      for (const visit of visits) {
        const told = past.seek(visit);
        const expected = states.get(Math.min(visit, revision)) ?? start;
        expect(new Map(past.objects)).toEqual(expected);
        seen = new Map(seen);
        for (const { key, before, now } of told) {
          expect(seen.get(key)).toBe(before);
          if (now === undefined) seen.delete(key);
          else seen.set(key, now);
        }
        expect(seen).toEqual(expected);
      }
    },
  );
  fc.assert(run, { numRuns: 200 });
});
