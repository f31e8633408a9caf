import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isInstalled } from "../../../test/support/programs.ts";
import { privateFile, publicLine } from "./ssh-key.ts";

test.skipIf(!isInstalled("ssh-keygen")).each(["", "a", "plush-lab", "ein größerer Kommentar"])(
  "OpenSSH reads the key that was made, and finds the same public one (comment %j)",
  (comment) => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const [open, secret] = [publicKey.export({ format: "jwk" }), privateKey.export({ format: "jwk" })];
    const pair = { publicKey: Buffer.from(open.x ?? "", "base64url"), seed: Buffer.from(secret.d ?? "", "base64url") };
    const directory = mkdtempSync(join(tmpdir(), "plush-key-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const file = join(directory, "key");
    writeFileSync(file, privateFile(pair, comment, 0x01020304), { mode: 0o600 });
    const read = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });
    expect(read.trim()).toBe(publicLine(pair.publicKey, comment).trim());
  },
);
