import { bodyChunks, readBody, statusErrorOf } from "../../client/index.ts";
import { writeWhole } from "../../disk/index.ts";
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
