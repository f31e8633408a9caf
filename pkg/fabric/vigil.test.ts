import { expect, test } from "vitest";
import { Vigil } from "./vigil.ts";

/** A vigil over links that say when they want to be looked at, and what was looked at. */
function aVigil(wishes: Readonly<Record<string, number>>) {
  const vigil = new Vigil();
  const looks: string[] = [];
  for (const [uid, dueAt] of Object.entries(wishes)) {
    vigil.add(uid, {
      tick: (now) => {
        looks.push(`${uid} ${now}`);
        return dueAt;
      },
    });
  }
  return { vigil, looks };
}

test("a link is looked at when it asked for it, and one that asks for nothing at each tick", () => {
  const { vigil, looks } = aVigil({ calm: 300, busy: 0 });
  for (const now of [50, 100, 299, 300]) vigil.tick(now, 0);
  expect(looks.filter((look) => look.startsWith("calm"))).toEqual(["calm 50", "calm 300"]);
  expect(looks.filter((look) => look.startsWith("busy"))).toHaveLength(4);
});

test("one that has changed is looked at at the next tick", () => {
  const { vigil, looks } = aVigil({ calm: 1000 });
  vigil.tick(50, 0);
  vigil.wake("calm");
  vigil.wake("nobody");
  vigil.tick(100, 0);
  vigil.tick(150, 0);
  expect(looks).toEqual(["calm 50", "calm 100"]);
});

test("one that is gone is not looked at, and its place is taken by the next", () => {
  const { vigil, looks } = aVigil({ old: 0, other: 1000 });
  vigil.tick(50, 0);
  vigil.remove("old");
  vigil.remove("old");
  vigil.tick(100, 0);
  vigil.add("new", { tick: (now) => looks.push(`new ${now}`) });
  vigil.tick(150, 0);
  expect(looks).toEqual(["old 50", "other 50", "new 150"]);
});

test("hundreds are looked at, each once", () => {
  const { vigil, looks } = aVigil(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`m${index}`, 1000])));
  vigil.tick(50, 0);
  vigil.tick(100, 0);
  expect(new Set(looks).size).toBe(300);
  expect(looks).toHaveLength(300);
});
