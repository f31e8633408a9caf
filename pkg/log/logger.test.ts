import { expect, it } from "vitest";
import { makeLogger } from "./index.ts";

function lines(format: "text" | "json", log: (logger: ReturnType<typeof makeLogger>) => void): string[] {
  const written: string[] = [];
  log(makeLogger({ level: "info", format, write: (line) => written.push(line) }));
  return written;
}

it("writes facts as fields, in text for people", () => {
  const [line = ""] = lines("text", (log) => log.child({ host: "n 1" }).warn({ attempts: 3 }, "host lost"));
  expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+ WARN {2}host lost host="n 1" attempts=3\n$/);
});

it("writes JSON for programs, and leaves out what is below its level", () => {
  const written = lines("json", (log) => {
    log.debug({}, "not told");
    log.info({ host: "n1" }, "agent connected");
  });
  expect(written.map((line) => JSON.parse(line))).toMatchObject([{ host: "n1", msg: "agent connected" }]);
});

it.each(["text", "json"] as const)("never writes a secret (%s)", (format) => {
  const written = lines(format, (log) =>
    log.info({ token: "hunter2", ssh: { privateKey: "hunter2" }, env: "hunter2" }, "x"),
  );
  expect(written.join("")).not.toContain("hunter2");
});
