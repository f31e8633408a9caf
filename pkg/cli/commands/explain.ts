import type { Command } from "../command.ts";
import { explainText } from "../explain/explain-text.ts";
import { fetchOpenApi } from "../explain/open-api.ts";
import { resolveKind } from "../kind-names.ts";
import { UsageError } from "../usage-error.ts";

export const explainCommand: Command = {
  usage: "explain KIND[.FIELD...]",
  summary: "Describes a kind and its fields.",
  flags: [
    { name: "recursive", type: "switch", help: "all fields below, without their descriptions" },
    {
      name: "api-version",
      type: "text",
      value: "GROUP/VERSION",
      help: "accepted: each kind has one version",
      hidden: true,
    },
  ],
  completes: "kinds",
  examples: ["plush explain application", "plush explain app.spec.phases.barrier --recursive"],
  async run(call) {
    const [topic, ...more] = call.args.positional;
    if (topic === undefined || more.length > 0) throw new UsageError("explain what? For example: application.spec");
    const [word = "", ...path] = topic.split(".");
    const transport = async () => (await call.session.client()).transport;
    const kind = await resolveKind(word, transport);
    const api = await fetchOpenApi(await transport(), kind);
    const options = { path, recursive: call.args.on("recursive"), width: call.terminal.width };
    call.terminal.print(explainText(kind, api, options));
    return 0;
  },
};
