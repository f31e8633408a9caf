import { chmod, constants, copyFile, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makeKubeconfig, type Pki, writeSecretFile } from "../auth/index.ts";

/** Writes the administrator's kubeconfig, and copies it to ~/.plush/config where nothing stands. */
export async function writeAdminAccess(file: string, url: string, pki: Pki): Promise<void> {
  const text = makeKubeconfig({ url, authority: pki.authority.certificate, credential: pki.admin, user: "admin" });
  // A restart on a full disk has nothing to write.
  if ((await readFile(file, "utf8").catch(() => "")) !== text) await writeSecretFile(file, text);
}

/**
 * Returns where the copy was put; undefined where a configuration was there already. An earlier copy is replaced when the
 * server listens at another address now, or has made its administrator another certificate.
 */
export async function offerAsDefault(file: string, home = homedir()): Promise<string | undefined> {
  const target = join(home, ".plush", "config");
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    await copyFile(file, target, (await isEarlierCopy(file, target)) ? 0 : constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  await chmod(target, 0o600);
  return target;
}

/** Of the same server and user, at another address or with a credential of before. */
async function isEarlierCopy(file: string, target: string): Promise<boolean> {
  const [now, before] = await Promise.all([readFile(file, "utf8"), readFile(target, "utf8").catch(() => "")]);
  const lasting = (text: string): string =>
    text.replaceAll(/"(server|client-certificate-data|client-key-data)": "[^"]*"/g, '"$1"');
  return now !== before && lasting(now) === lasting(before);
}
