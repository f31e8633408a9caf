import { expect, test } from "vitest";
import { lostWrites, releasedEarly, restartedForNothing, sharedEpochs, twoHolders } from "./invariants.ts";

const start = { application: "plain", ordinal: 0, epoch: 1, host: "h1", boot: "b1" };

test("a second start of one holder in one boot is found; one after a reboot or a replacement is none", () => {
  expect(restartedForNothing([start, { ...start, boot: "b2" }, { ...start, epoch: 2, host: "h2" }])).toEqual([]);
  expect(restartedForNothing([start, start])).toEqual(["plain/0 epoch 1 on h1, boot b1: started 2 times"]);
});

test("an epoch with two hosts is found", () => {
  expect(sharedEpochs([start, { ...start, boot: "b2" }])).toEqual([]);
  expect(sharedEpochs([start, { ...start, host: "h2" }])).toEqual(["plain/0 epoch 1: on h1 and h2"]);
});

test("holders that overlap are found", () => {
  const hold = (epoch: number, host: string, at: number) => ({ ordinal: 3, epoch, host, at });
  expect(twoHolders([hold(1, "h1", 1), hold(1, "h1", 4), hold(2, "h2", 5), hold(2, "h2", 9)])).toEqual([]);
  expect(twoHolders([hold(1, "h1", 1), hold(1, "h1", 6), hold(2, "h2", 5)])).toEqual([
    "fenced/3: epoch 1 on h1 until 6 s, epoch 2 on h2 from 5 s",
  ]);
});

test("who leaves before all have arrived is found", () => {
  const mark = (step: "arrived" | "left", ordinal: number, at: number) => ({ step, ordinal, at });
  const marks = [
    mark("arrived", 0, 1),
    mark("arrived", 1, 2),
    mark("left", 0, 3),
    mark("arrived", 1, 9),
    mark("left", 1, 10),
  ];
  expect(releasedEarly(marks, 2)).toEqual([]);
  expect(releasedEarly([...marks, mark("left", 0, 1.5)], 2)).toEqual([
    "meeting/1 had not arrived when the first one left at 1.5 s",
  ]);
});

test("acknowledged writes that are gone are found", () => {
  expect(lostWrites(["a", "b"], ["b", "c"])).toEqual(["a was acknowledged and is gone"]);
});
