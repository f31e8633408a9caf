import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { expect, onTestFinished, test } from "vitest";
import { isInstalled } from "../../test/support/programs.ts";
import { isWholeKey } from "./openssh-key.ts";

function generate(): string {
  return ssh2.utils.generateKeyPairSync("ed25519", { comment: "plush" }).private;
}

/** Whether OpenSSH itself reads it. */
function isRead(key: string): boolean {
  const directory = mkdtempSync(join(tmpdir(), "plush-key-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "key");
  writeFileSync(file, key, { mode: 0o600 });
  return spawnSync("ssh-keygen", ["-y", "-f", file]).status === 0;
}

test.skipIf(!isInstalled("ssh-keygen"))(
  "a key that OpenSSH does not read is known, and so is one that it reads",
  () => {
    const keys = Array.from({ length: 4000 }, generate);
    const broken = keys.find((key) => !isWholeKey(key));
    const whole = keys.find(isWholeKey);
    expect(isRead(whole ?? "")).toBe(true);
    // The library makes one in some hundreds.
    expect(broken).toBeDefined();
    expect(isRead(broken ?? "")).toBe(false);
  },
);

test.each([
  "",
  "text",
  "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----",
  btoa("openssh-key-v1\0\0\0"),
])("%j is no key", (text) => expect(isWholeKey(text)).toBe(false));
