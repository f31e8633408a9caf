import { describe, expect, test } from "vitest";
import { isInstalled } from "../../../test/support/programs.ts";
import { complaints } from "../../../test/support/systemd-verify.ts";
import { unitFile } from "./unit-file.ts";

const options = {
  command: [process.execPath, process.execPath, "server", "--data-dir", "/var/lib/plush", '--tls-name=100% $HOME "x"'],
  user: "daemon",
  dataDirectory: "/var/lib/plush",
  writable: ["/srv/back ups"],
};

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

test("a unit names what it writes to besides its data, and root is not confined", () => {
  expect(unitFile(options)).toContain('ReadWritePaths="/srv/back ups"\n');
  expect(unitFile(options)).toContain("StateDirectory=plush\n");
  expect(unitFile({ ...options, dataDirectory: "/srv/plush" })).toContain(
    'ReadWritePaths=/srv/plush "/srv/back ups"\n',
  );
  expect(unitFile({ ...options, user: "root" })).not.toMatch(/ProtectSystem|ReadWritePaths/);
});
