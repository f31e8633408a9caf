import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { bodyChunks, readBody, statusErrorOf } from "../../client/index.ts";
import { syncPath, toDiskStatus } from "../../disk/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command } from "../command.ts";
import { byteText } from "../printers/progress-bar.ts";
import { UsageError } from "../usage-error.ts";

const backupRoute = "/plush/v1/backup";

export const backupCommand: Command = {
  usage: "backup FILE",
  summary: "Copies the server's state, while it runs, into a file.",
  flags: [{ name: "overwrite", type: "switch", help: "replace a file that is there" }],
  completes: "files",
  async run(call) {
    const [file, ...more] = call.args.positional;
    if (file === undefined || more.length > 0) throw new UsageError("exactly one file is needed");
    const { transport } = await call.session.client();
    const response = await transport.request({
      method: "GET",
      path: backupRoute,
      headers: { accept: "*/*" },
      signal: call.signal,
    });
    if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
    const size = await writeWhole(file, bodyChunks(response.body), {
      overwrite: call.args.on("overwrite"),
      onBytes: (bytes) => call.terminal.progress(byteText(bytes)),
    });
    call.terminal.out(`${file} written, ${byteText(size)}`);
    call.terminal.warn(
      "the file holds the keys of the server: whoever has it is the administrator. Keep it as you keep a key",
    );
    return 0;
  },
};

/** Under another name until all of it is there: what is called FILE is a whole backup. */
async function writeWhole(
  file: string,
  body: AsyncIterable<Uint8Array>,
  options: { readonly overwrite: boolean; readonly onBytes: (bytes: number) => void },
): Promise<number> {
  const partial = `${file}.partial`;
  if (!options.overwrite && (await exists(file)))
    throw new StatusError("AlreadyExists", `${file} is there already (--overwrite replaces it)`);
  const handle = await open(partial, "w", 0o600);
  let size = 0;
  try {
    for await (const chunk of body) {
      await handle.write(chunk);
      size += chunk.length;
      options.onBytes(size);
    }
    await handle.sync();
    await handle.close();
    await rename(partial, file);
    syncPath(dirname(resolve(file)));
    return size;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw toDiskStatus(file, error);
  }
}

async function exists(file: string): Promise<boolean> {
  return open(file, "r").then(
    async (handle) => {
      await handle.close();
      return true;
    },
    () => false,
  );
}
