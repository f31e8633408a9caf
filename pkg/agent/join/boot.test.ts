import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isInstalled } from "../../../test/support/programs.ts";
import { complaints } from "../../../test/support/systemd-verify.ts";
import { forgetAtBoot, startAtBoot } from "./boot.ts";
import { linkUnit } from "./link-unit.ts";

const command = [process.execPath, "--no-warnings", "/srv/a b%/link.mjs", "link", "--dir", "/srv/a b%"];

describe.skipIf(!isInstalled("systemd-analyze"))("the unit of a link", () => {
  test("B-JOIN-5: systemd has nothing to say against it", () => {
    const quiet = [process.execPath, process.execPath, "link", "--dir", "/srv/a b%"];
    expect(complaints(linkUnit({ command: quiet, resourceName: "gate-1" }))).toBe("");
  });
});

/** A crontab program whose table is a file. */
function fakeCron(): string {
  const directory = mkdtempSync(join(tmpdir(), "plush-cron-"));
  const table = join(directory, "table");
  const program = join(directory, "crontab");
  writeFileSync(program, `#!/bin/sh\nif [ "$1" = -l ]; then cat ${table} 2>/dev/null; else cat >${table}; fi\n`);
  chmodSync(program, 0o755);
  const { PATH } = process.env;
  process.env["PATH"] = `${directory}:${PATH}`;
  onTestFinished(() => {
    process.env["PATH"] = PATH;
    rmSync(directory, { recursive: true });
  });
  return table;
}

const systemdRuns = existsSync("/run/systemd/system") && process.getuid?.() === 0;

test.skipIf(systemdRuns)(
  "B-JOIN-5: without systemd cron starts the link, once, and what else is in its table stays",
  async () => {
    const table = fakeCron();
    const request = { directory: "/srv/a b%", command, resourceName: "gate-1" };
    const line = `@reboot ${process.execPath} --no-warnings '/srv/a b\\%/link.mjs' link --dir '/srv/a b\\%' >/dev/null 2>&1`;
    expect(await startAtBoot(request)).toMatchObject({ kind: "cron", started: false });
    expect(readFileSync(table, "utf8")).toBe(`${line}\n`);
    writeFileSync(table, `# mine\n\n0 1 * * * true\n${line}\n`);
    await startAtBoot(request);
    await forgetAtBoot({ ...request, directory: "/srv/other", command: [...command.slice(0, -1), "/srv/other"] });
    expect(readFileSync(table, "utf8")).toBe(`# mine\n\n0 1 * * * true\n${line}\n`);
    await forgetAtBoot(request);
    expect(readFileSync(table, "utf8")).toBe("# mine\n\n0 1 * * * true\n");
  },
);
