import { expect, it } from "vitest";
import type { Event } from "../../api/index.ts";
import { densityOf } from "./density.ts";

const event = (type: string): Event => ({ type, metadata: { name: "e" } }) as Event;

it("counts events and warnings in each part of a time", () => {
  const line = [
    { revision: 0, at: 0 },
    { revision: 100, at: 100 },
  ];
  const changes = [
    { revision: 1, key: "a", before: undefined, now: event("Normal") },
    { revision: 60, key: "b", before: undefined, now: event("Warning") },
    { revision: 99, key: "c", before: undefined, now: event("Normal") },
    { revision: 100, key: "a", before: event("Normal"), now: undefined },
  ];
  expect(densityOf(changes, line, { from: 0, to: 100, count: 2 })).toEqual([
    { events: 1, warnings: 0 },
    { events: 2, warnings: 1 },
  ]);
});
