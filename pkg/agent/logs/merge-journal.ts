import { readFile } from "node:fs/promises";
import { type StreamName, streamNames } from "../../protocol/index.ts";
import { replaceFile } from "../atomic-file.ts";

/** How far streams are in their log. Counts are of all that was ever written, whatever has been cut. */
export interface MergePosition {
  readonly copied: Readonly<Record<StreamName, number>>;
  /** Bytes cut from the beginning of each stream's file. */
  readonly cut: Readonly<Record<StreamName, number>>;
}

/** A piece that is about to be appended to the log, and where in the log it begins. */
export interface NextPiece {
  readonly name: StreamName;
  readonly bytes: number;
  readonly at: number;
}

function journalPath(log: string): string {
  return `${log}.streams`;
}

/** Lines: "NAME COPIED CUT" for each stream, and "next NAME BYTES AT" before a piece is appended. */
export async function writeJournal(log: string, { copied, cut }: MergePosition, next?: NextPiece): Promise<void> {
  const lines = streamNames.map((name) => `${name} ${copied[name]} ${cut[name]}`);
  if (next !== undefined) lines.push(`next ${next.name} ${next.bytes} ${next.at}`);
  await replaceFile(journalPath(log), `${lines.join("\n")}\n`, { mode: 0o600, durable: false });
}

/** Where an agent that was killed had got to: of the piece it was at, the log itself tells how much is there. */
export async function readJournal(log: string, logEnd: number): Promise<MergePosition> {
  const text = await readFile(journalPath(log), "utf8").catch(() => "");
  const copied = { stdout: 0, stderr: 0 };
  const cut = { stdout: 0, stderr: 0 };
  for (const line of text.split("\n")) {
    const isNext = line.startsWith("next ");
    const [word, ...fields] = line.slice(isNext ? "next ".length : 0).split(" ");
    const name = streamNames.find((one) => one === word);
    const [first = 0, second = 0] = fields.map(Number);
    if (name === undefined) continue;
    if (isNext) copied[name] += Math.max(0, Math.min(first, logEnd - second));
    else [copied[name], cut[name]] = [first, second];
  }
  return { copied, cut };
}
