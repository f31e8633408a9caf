import { apiVersionOf } from "../../api/index.ts";
import type { Command } from "../command.ts";
import { discoverKinds } from "../discovery.ts";
import { alignColumns } from "../printers/columns.ts";

export const apiResourcesCommand: Command = {
  usage: "api-resources",
  summary: "Shows the kinds that the server has.",
  flags: [
    { name: "output", short: "o", type: "text", choices: ["wide", "name"], value: "FORMAT", help: "wide, name" },
    { name: "no-headers", type: "switch", help: "rows alone" },
    { name: "api-group", type: "text", value: "GROUP", help: "of this group" },
    { name: "namespaced", type: "switch", help: "only those with (or, =false, without) a namespace" },
  ],
  async run(call) {
    const all = await discoverKinds((await call.session.client()).transport);
    const group = call.args.text("api-group");
    const kinds = all.filter(
      (kind) =>
        (group === undefined || kind.group === group) &&
        (!call.args.has("namespaced") || kind.namespaced === call.args.on("namespaced")),
    );
    if (call.args.text("output") === "name") {
      for (const kind of kinds) call.terminal.out(kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`);
      return 0;
    }
    const wide = call.args.text("output") === "wide";
    const rows = kinds.map((kind) => [
      kind.plural,
      kind.shortNames.join(","),
      apiVersionOf(kind),
      String(kind.namespaced),
      kind.kind,
      ...(wide ? [kind.verbs.join(","), kind.categories.join(",")] : []),
    ]);
    const header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])];
    call.terminal.print(alignColumns(call.args.on("no-headers") ? rows : [header, ...rows]));
    return 0;
  },
};
