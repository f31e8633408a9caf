import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { plushProgram, runProgram } from "../support/plush-server.ts";

describe("plush demo", () => {
  it("loses a machine, gets it replaced, serves the right counts, and leaves nothing behind", async () => {
    const home = mkdtempSync("/tmp/plush-home-");
    const before = new Set(readdirSync("/tmp"));
    const { PATH } = process.env;
    const { code, stdout, stderr } = await runProgram(plushProgram, ["demo"], { env: { PATH, HOME: home } });
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout.match(/all 4 members serve the same counts as one process/g)).toHaveLength(2);
    expect(stdout).toMatch(/\+ *\d+ ms {2}.*is lost: /);
    expect(stdout).toContain("no process and no file is left");
    expect(readdirSync(home)).toEqual([]);
    expect(readdirSync("/tmp").filter((name) => name.startsWith("plush-demo-") && !before.has(name))).toEqual([]);
    rmSync(home, { recursive: true });
  }, 120_000);
});
