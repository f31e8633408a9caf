import { describe, expect, it } from "vitest";
import { LogBuffer } from "./log-buffer.ts";
import { LogView } from "./log-view.ts";

const never = (): boolean => false;
const texts = (view: LogView): (string | undefined)[] =>
  Array.from({ length: view.count }, (_, index) => view.at(index)?.text);

function fill(buffer: LogBuffer, from: number, to: number): void {
  for (let number = from; number < to; number++) buffer.take("p", `line ${number}\n`);
  buffer.settle();
}

describe("LogBuffer", () => {
  it("merges by time what came together, and joins lines that came in pieces", () => {
    const buffer = new LogBuffer();
    buffer.take("b", "2026-01-01T00:00:02Z two\n2026-01-01T00:00:04.5Z fo");
    buffer.take("a", "2026-01-01T00:00:01Z one\n2026-01-01T00:00:03Z three\n  of three\n");
    buffer.take("b", "ur\n");
    expect(buffer.end).toBe(0);
    expect(buffer.settle()).toBe(5);
    const view = new LogView(buffer);
    expect(texts(view)).toEqual(["one", "two", "three", "  of three", "four"]);
    expect(buffer.at(4)).toMatchObject({ process: "b", time: "2026-01-01T00:00:04.5Z" });
    buffer.take("a", "no end");
    buffer.finish();
    buffer.settle();
    expect(buffer.at(5)?.text).toBe("no end");
  });

  it("keeps what is shown and what is searched apart, and the last state of a progress bar", () => {
    const buffer = new LogBuffer();
    buffer.take("a", "\u001b[31mred\u001b[0m\n10%\r50%\r100%\r\nplain\n");
    buffer.settle();
    expect([0, 1, 2].map((seq) => buffer.at(seq)?.text)).toEqual(["red", "100%", "plain"]);
    expect(buffer.at(0)?.raw).toContain("\u001b[31m");
    expect(buffer.at(2)?.raw).toBeUndefined();
  });

  it("keeps the last lines, and cuts one that never ends", () => {
    const buffer = new LogBuffer(1000);
    fill(buffer, 0, 2500);
    expect([buffer.first, buffer.end, buffer.at(1499), buffer.at(1500)?.text]).toEqual([
      1500,
      2500,
      undefined,
      "line 1500",
    ]);
    buffer.take("p", "x".repeat(100_000));
    buffer.settle();
    expect(buffer.at(2500)?.text).toHaveLength(16 << 10);
  });

  it("takes 10,000 lines a second for ten seconds in a fraction of it", () => {
    const buffer = new LogBuffer();
    const view = new LogView(buffer);
    view.search(({ text }) => text.includes("7 of"));
    const line =
      "2026-01-01T00:00:00.123456Z \u001b[32mINFO\u001b[0m request 7 of many was answered in 12ms with status 200\n";
    const began = process.cpuUsage();
    for (let frame = 0; frame < 600; frame++) {
      for (let process = 0; process < 17; process++) buffer.take(`p-${process}`, line.repeat(10));
      buffer.settle();
      view.scan(never);
    }
    const { user, system } = process.cpuUsage(began);
    // A page that keeps up has 10 s for them.
    expect((user + system) / 1e6).toBeLessThan(5);
    expect([buffer.end, buffer.end - buffer.first, view.count]).toEqual([102_000, 100_000, 100_000]);
  });
});

describe("LogView", () => {
  it("finds in slices, goes on with what comes, and forgets what is gone", () => {
    const buffer = new LogBuffer(1000);
    const view = new LogView(buffer);
    fill(buffer, 0, 900);
    view.search(({ text }) => text.endsWith("7"));
    expect([view.scan(() => true), view.count]).toEqual([false, 20]);
    expect([view.scan(never), view.count, view.at(0)?.text]).toEqual([true, 90, "line 7"]);
    fill(buffer, 900, 1500);
    expect([view.scan(never), view.count, view.at(0)?.text]).toEqual([true, 100, "line 507"]);
    view.search(undefined);
    expect([view.scan(never), view.count, view.at(0)?.text]).toEqual([true, 1000, "line 500"]);
  });
});
