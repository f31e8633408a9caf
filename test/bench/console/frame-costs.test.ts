import { expect, it } from "vitest";
import { frameCosts } from "./frame-costs.ts";

const thread = (tid: number) => ({
  name: "thread_name",
  ph: "M",
  pid: 1,
  tid,
  ts: 0,
  args: { name: "CrRendererMain" },
});
const task = (tid: number, ms: number, dur: number) => ({
  name: "RunTask",
  ph: "X",
  pid: 1,
  tid,
  ts: ms * 1000,
  dur: dur * 1000,
});

it("sums what the page's main thread did in the time of each frame", () => {
  const events = [
    thread(1),
    thread(2),
    task(1, 100, 3),
    task(1, 105, 4),
    task(1, 155, 1),
    task(2, 100, 1),
    task(9, 100, 50),
  ];
  expect(frameCosts(events)).toEqual([7, 0, 0, 1]);
  expect(frameCosts([thread(1)])).toEqual([]);
});
