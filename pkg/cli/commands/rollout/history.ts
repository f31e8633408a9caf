import { stringify } from "yaml";
import { kinds } from "../../../api/index.ts";
import { marksOf } from "../../../rollout/index.ts";
import { StatusError } from "../../../status/index.ts";
import type { Command } from "../../command.ts";
import { tableLines } from "../../describe/table-lines.ts";
import { ageText } from "../../printers/age.ts";
import { revisionsOf, rolledApplications } from "./rolled-applications.ts";

export const historyCommand: Command = {
  usage: "rollout history application/NAME [--revision N]",
  summary: "Shows the revisions of an application, or one of them.",
  flags: [{ name: "revision", type: "number", value: "N", help: "show what this revision was" }],
  completes: "targets",
  examples: ["plush rollout history application/web", "plush rollout history application/web --revision 2"],
  async run(call) {
    const client = await call.session.client();
    for (const { namespace, name } of await rolledApplications(call)) {
      const revisions = await revisionsOf(call, { namespace, name });
      const asked = call.args.number("revision");
      if (asked !== undefined) {
        const found = revisions.find(({ spec }) => spec.revision === asked);
        if (found === undefined) throw new StatusError("NotFound", `application ${name} has no revision ${asked}`);
        const { components, phases, software, restartedAt } = found.spec;
        call.terminal.print(stringify({ components, phases, software, ...(restartedAt && { restartedAt }) }));
        continue;
      }
      const application = await client.get(kinds.Application, { namespace, name });
      const rows = revisions.map((revision) => [
        String(revision.spec.revision),
        marksOf(revision, application).join(", "),
        ageText(revision.metadata.creationTimestamp, call.clock.now()),
        revision.metadata.annotations?.["kubernetes.io/change-cause"] ?? "",
      ]);
      call.terminal.out(`application.plush.dev/${name}`);
      for (const line of tableLines(["REVISION", "STATE", "AGE", "CAUSE"], rows)) call.terminal.out(line);
    }
    return 0;
  },
};
