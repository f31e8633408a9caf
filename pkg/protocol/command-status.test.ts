import { expect, test } from "vitest";
import { commandStatusOf, readCommandStatus } from "./command-status.ts";

test.each([
  [{ exitCode: 0 }, 0],
  [{ exitCode: 7 }, 7],
  [{ signal: "SIGKILL" }, 137],
  [{ reason: "NotFound", message: "no such command: x" }, 127],
] as const)("%j is exit code %d", (result, code) => {
  expect(readCommandStatus(JSON.stringify(commandStatusOf(result)))).toBe(code);
});

test("a command without an exit code says why", () => {
  const late = { signal: "SIGKILL", reason: "Timeout", message: "took too long and was killed" } as const;
  const read = (): number => readCommandStatus(JSON.stringify(commandStatusOf(late)));
  expect(read).toThrow(expect.objectContaining({ reason: "Timeout", message: late.message }));
  expect(() => readCommandStatus("garbage")).toThrow("garbage");
});
