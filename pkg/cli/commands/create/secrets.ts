import { kinds } from "../../../api/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { literalFlags, read, readLiterals } from "./literals.ts";
import { createFlags, nameOf, namespaceFor, newObject, writeNew } from "./write-new.ts";

export const createGenericSecret: Command = {
  usage: "create secret generic NAME --from-literal=KEY=VALUE ... --from-file=[KEY=]FILE ...",
  summary: "Makes a Secret of values and files.",
  flags: [
    ...literalFlags,
    { name: "type", type: "text", value: "TYPE", help: "what its data mean (default Opaque)" },
    ...createFlags,
  ],
  async run(call) {
    await writeSecret(call, nameOf(call), call.args.text("type") ?? "Opaque", readLiterals(call.args));
    return 0;
  },
};

export const createSshSecret: Command = {
  usage: "create secret ssh-auth NAME --private-key FILE",
  summary: "Makes a Secret of an SSH key, for pools.",
  flags: [
    { name: "private-key", type: "text", value: "FILE", help: "the key" },
    { name: "passphrase-file", type: "text", value: "FILE", help: "its passphrase, where it has one" },
    ...createFlags,
  ],
  async run(call) {
    const file = call.args.text("private-key");
    if (file === undefined) throw new UsageError("--private-key names the key");
    await writeSecret(call, nameOf(call), sshAuthType, readSshKey(file, call.args.text("passphrase-file")));
    return 0;
  },
};

export const sshAuthType = "kubernetes.io/ssh-auth";

/** The key's file as a Secret's data. Throws UsageError where it is no private key, or needs a passphrase. */
export function readSshKey(file: string, passphraseFile: string | undefined): ReadonlyMap<string, Buffer> {
  const key = read(file);
  const text = key.toString("utf8");
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new UsageError(`${file} is no private key${text.startsWith("ssh-") ? ": it is the public one" : ""}`);
  }
  if (passphraseFile === undefined && isEncrypted(text)) {
    throw new UsageError(`${file} is protected by a passphrase: give it with --passphrase-file`);
  }
  const passphrase =
    passphraseFile === undefined
      ? undefined
      : Buffer.from(
          read(passphraseFile)
            .toString("utf8")
            .replace(/\r?\n$/, ""),
        );
  return new Map([
    ["ssh-privatekey", key],
    ...(passphrase === undefined ? [] : ([["passphrase", passphrase]] as const)),
  ]);
}

function isEncrypted(pem: string): boolean {
  if (/ENCRYPTED/.test(pem)) return true;
  const [, body = ""] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(pem) ?? [];
  // "openssh-key-v1\0", then the cipher's name with its length before it.
  const bytes = Buffer.from(body, "base64");
  return bytes.length > 19 && bytes.subarray(19, 19 + bytes.readUInt32BE(15)).toString() !== "none";
}

/** As `data`, so that the object printed by a dry run is the one that would be stored. */
export function secretContent(type: string, values: ReadonlyMap<string, Buffer>): object {
  return { type, data: Object.fromEntries([...values].map(([key, value]) => [key, value.toString("base64")])) };
}

async function writeSecret(
  call: Invocation,
  name: string,
  type: string,
  values: ReadonlyMap<string, Buffer>,
): Promise<void> {
  await writeNew(
    call,
    kinds.Secret,
    newObject(kinds.Secret, await namespaceFor(call), name, secretContent(type, values)),
  );
}
