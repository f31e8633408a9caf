import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { getJson } from "../discovery.ts";
import { jsonText, yamlText } from "../printers/object-text.ts";
import { fields, text } from "../wire-fields.ts";

/** Of this build; kept equal to package.json by a test. */
export const clientVersion = "v0.1.0";

export const versionCommand: Command = {
  usage: "version [--client]",
  summary: "Says which version this is, and which one the server is.",
  flags: [
    { name: "client", type: "switch", help: "this program's alone" },
    { name: "output", short: "o", type: "text", choices: ["json", "yaml"], value: "FORMAT", help: "as an object" },
  ],
  async run(call) {
    const server = call.args.on("client") ? undefined : await serverVersion(call);
    const whole = {
      clientVersion: { gitVersion: clientVersion },
      ...(server?.body !== undefined && { serverVersion: server.body }),
    };
    const format = call.args.text("output");
    if (format === "json") call.terminal.print(jsonText(whole));
    else if (format === "yaml") call.terminal.print(await yamlText(whole));
    else {
      call.terminal.out(`Client Version: ${clientVersion}`);
      if (server?.body !== undefined) call.terminal.out(`Server Version: ${text(fields(server.body)["gitVersion"])}`);
    }
    if (server?.error === undefined) return 0;
    call.terminal.error(server.error.message);
    return 1;
  },
};

async function serverVersion(call: Invocation): Promise<{ readonly body?: unknown; readonly error?: StatusError }> {
  try {
    return { body: await getJson((await call.session.client()).transport, "/version") };
  } catch (error) {
    return { error: StatusError.from(error) };
  }
}
