import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StatusError } from "../status/index.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** A commit is not signed as is asked for. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
}

const openPgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
/** Types of keys with which lines of .pub files begin. */
const sshKey = /^(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]+/;

/**
 * Has git itself check the signature of a commit. `keys` are texts of public keys: OpenPGP's, armored, or SSH's, as in
 * .pub or allowed_signers files. `directory` is empty and gone afterwards. Rejects with SignatureError.
 */
export async function verifyCommit(
  place: GitPlace,
  commit: string,
  keys: readonly string[],
  directory: string,
): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  const content = (await runGit(place, ["cat-file", "commit", commit])).toString("utf8");
  const header = content.slice(0, content.indexOf("\n\n"));
  const signature = /^gpgsig(?:-sha256)? (.*)$/m.exec(header)?.[1];
  if (signature === undefined) throw new SignatureError(`commit ${commit} is not signed`);
  const isSsh = signature.includes("SSH SIGNATURE");
  const config = isSsh ? await sshConfig(keys, directory) : await pgpConfig(place, keys, directory);
  try {
    await runGit(place, [...config, "verify-commit", commit]);
  } catch (error) {
    place.signal.throwIfAborted();
    if (!(error instanceof StatusError)) throw error;
    const message = `the signature of commit ${commit} is not a good one by any of the keys`;
    throw new SignatureError(message, { cause: error });
  }
}

async function sshConfig(keys: readonly string[], directory: string): Promise<readonly string[]> {
  const lines = keys
    .filter((text) => !text.includes(openPgp))
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    // Whoever holds the key: its line names nobody.
    .map((line) => (sshKey.test(line) ? `* namespaces="git" ${line}` : line));
  const file = join(directory, "allowed_signers");
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return ["-c", `gpg.ssh.allowedSignersFile=${file}`];
}

async function pgpConfig(place: GitPlace, keys: readonly string[], directory: string): Promise<readonly string[]> {
  const ring = join(directory, "keys.asc");
  await writeFile(ring, keys.filter((text) => text.includes(openPgp)).join("\n"), { mode: 0o600 });
  const program = join(directory, "gpg");
  const options = `--homedir "${directory}" --batch --no-autostart --no-auto-key-retrieve`;
  await writeFile(program, `#!/bin/sh\nexec gpg ${options} "$@"\n`, { mode: 0o700 });
  await new Promise<void>((resolve, reject) => {
    const env = { ...place.env, GNUPGHOME: directory };
    execFile(program, ["--quiet", "--import", ring], { env, signal: place.signal }, (error, _stdout, stderr) => {
      // 127: the shell has found no such program.
      if (error?.code === 127)
        reject(
          new SignatureError("the program gpg is not installed on the server's computer: install it (package gpg)"),
        );
      else if (error === null) resolve();
      else reject(new SignatureError(`no key of OpenPGP could be read: ${stderr.trim().split("\n").at(-1)}`));
    });
  });
  return ["-c", `gpg.program=${program}`];
}
