import { expect, test } from "vitest";
import { PassedLines } from "./passed-lines.ts";

const stamp = "2026-01-02T03:04:05.678Z ";

test.each([false, true])("counts what it gives back, but for times (%s)", (isStamped) => {
  const log = ["one\n", "\n", "thr\u00e9e\n", `${"x".repeat(70_000)}\n`, "unfinished"];
  const shown = Buffer.from(log.map((line) => (isStamped ? stamp : "") + line).join(""));
  for (const size of [7, 1000, 100_000]) {
    const passed = new PassedLines({ run: "1.1", offset: 100 }, isStamped);
    const parts: Buffer[] = [];
    for (let at = 0; at < shown.length; at += size) {
      const part = passed.push(shown.subarray(at, at + size));
      if (part !== undefined) parts.push(part);
    }
    const whole = log.slice(0, -1).join("");
    expect(passed.position).toEqual({ run: "1.1", offset: 100 + Buffer.byteLength(whole) });
    const rest = passed.rest();
    expect(passed.position.offset).toBe(100 + Buffer.byteLength(log.join("")));
    const all = Buffer.concat([...parts, ...(rest === undefined ? [] : [rest])]);
    expect(all.equals(shown)).toBe(true);
  }
});
