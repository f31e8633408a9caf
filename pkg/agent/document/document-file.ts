import { readFile } from "node:fs/promises";
import { replaceFile } from "../atomic-file.ts";
import { hasCode } from "../error-code.ts";

/** Where the last document that was accepted is kept. */
export interface DocumentFile {
  /** Undefined where there is none. */
  read(): Promise<string | undefined>;
  /** `durable`: on disk when it resolves. */
  replace(text: string, durable: boolean): Promise<void>;
}

export function makeDocumentFile(path: string): DocumentFile {
  return {
    async read() {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    replace: (text, durable) => replaceFile(path, text, { mode: 0o600, durable }),
  };
}
