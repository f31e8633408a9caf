import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isInstalled } from "../../../test/support/programs.ts";
import { unitFile, unitWord } from "./unit-file.ts";

const options = {
  command: [process.execPath, process.execPath, "server", "--data-dir", "/var/lib/plush", '--tls-name=100% $HOME "x"'],
  user: "daemon",
  dataDirectory: "/var/lib/plush",
  writable: ["/srv/back ups"],
};

/** What systemd has to say about a unit; nothing where all is well. */
function complaints(unit: string): string {
  const directory = mkdtempSync(join(tmpdir(), "plush-unit-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "plush.service");
  writeFileSync(file, unit);
  // What it only warns of is told with exit code 0.
  const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  return stdout + stderr;
}

describe.skipIf(!isInstalled("systemd-analyze"))("units", () => {
  test.each([
    ["of a user of its own", options],
    ["with its data elsewhere", { ...options, dataDirectory: "/srv/plush" }],
    ["of root", { ...options, user: "root" }],
  ])("B-OPS-5: systemd has nothing to say against one %s", (_which, each) => {
    expect(complaints(unitFile(each))).toBe("");
  });

  test("what is wrong in a unit is seen", () => {
    expect(complaints(unitFile(options).replace("Restart=always", "Restart=sometimes"))).toContain("restart specifier");
  });
});

test.each([
  ["/usr/bin/node", "/usr/bin/node"],
  ["--tls-name=plush.example.org", "--tls-name=plush.example.org"],
  ["two words", '"two words"'],
  ['a "quote" and \\', '"a \\"quote\\" and \\\\"'],
  ["100%", "100%%"],
  ["$HOME", "$$HOME"],
])("the word %s is written %s", (text, word) => expect(unitWord(text)).toBe(word));

test("a unit names what it writes to besides its data, and root is not confined", () => {
  expect(unitFile(options)).toContain('ReadWritePaths="/srv/back ups"\n');
  expect(unitFile(options)).toContain("StateDirectory=plush\n");
  expect(unitFile({ ...options, dataDirectory: "/srv/plush" })).toContain(
    'ReadWritePaths=/srv/plush "/srv/back ups"\n',
  );
  expect(unitFile({ ...options, user: "root" })).not.toMatch(/ProtectSystem|ReadWritePaths/);
});
