import { chmod, constants, copyFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makeKubeconfig, type Pki, writeSecretFile } from "../auth/index.ts";

/** Writes the administrator's kubeconfig, and copies it to ~/.plush/config where nothing stands. */
export async function writeAdminAccess(file: string, url: string, pki: Pki): Promise<void> {
  const text = makeKubeconfig({ url, authority: pki.authority.certificate, credential: pki.admin, user: "admin" });
  await writeSecretFile(file, text);
}

/** Returns where the copy was put; undefined where a configuration was there already. */
export async function offerAsDefault(file: string, home = homedir()): Promise<string | undefined> {
  const target = join(home, ".plush", "config");
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    await copyFile(file, target, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
  await chmod(target, 0o600);
  return target;
}
