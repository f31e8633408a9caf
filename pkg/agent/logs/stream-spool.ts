import { rename, stat } from "node:fs/promises";
import type { StreamName } from "../../protocol/index.ts";
import { copyBeginning } from "./copy-beginning.ts";

/** What a stream left, from its beginning on. */
export interface KeptStream {
  readonly path: string;
  readonly size: number;
  /** There was more, which has been cut. */
  readonly isCut: boolean;
}

/** The file to which a program writes one of its streams, where that is kept apart from the log. */
export function spoolPath(log: string, name: StreamName): string {
  return `${log}.${name}`;
}

/** The beginning of a stream, once the file to which it is written had to be cut. */
function headPath(log: string, name: StreamName): string {
  return `${spoolPath(log, name)}.head`;
}

/** Undefined where the run did not keep it apart. */
export async function findKeptStream(log: string, name: StreamName): Promise<KeptStream | undefined> {
  const head = await stat(headPath(log, name)).catch(() => undefined);
  if (head !== undefined) return { path: headPath(log, name), size: head.size, isCut: true };
  const whole = await stat(spoolPath(log, name)).catch(() => undefined);
  return whole === undefined ? undefined : { path: spoolPath(log, name), size: whole.size, isCut: false };
}

/** Puts the first bytes of a stream aside, so that its file can be cut. Does nothing where that was done before. */
export async function saveHead(log: string, name: StreamName, bytes: number): Promise<void> {
  const path = headPath(log, name);
  if ((await stat(path).catch(() => undefined)) !== undefined) return;
  // Whole or not at all: it is what counts from now on.
  await copyBeginning(spoolPath(log, name), `${path}.tmp`, bytes);
  await rename(`${path}.tmp`, path);
}
