import { kinds } from "../../../api/index.ts";
import { undoChange } from "../../../operations/index.ts";
import { earlierRevision } from "../../../rollout/index.ts";
import { StatusError } from "../../../status/index.ts";
import type { Command, Invocation } from "../../command.ts";
import type { Located } from "../../targets.ts";
import { mergePatch } from "../patch.ts";
import { revisionsOf, rolledApplications } from "./rolled-applications.ts";

export const undoCommand: Command = {
  usage: "rollout undo application/NAME [--to-revision N]",
  summary: "Runs an earlier revision; later changes are kept, and rolled out after `plush rollout resume`.",
  flags: [{ name: "to-revision", type: "number", value: "N", help: "default: the one before the present one" }],
  completes: "targets",
  examples: ["plush rollout undo application/web", "plush rollout undo application/web --to-revision 3"],
  async run(call) {
    for (const located of await rolledApplications(call)) {
      const revision = await chosenRevision(call, located, call.args.number("to-revision"));
      await mergePatch(call, located, undoChange(revision));
      call.terminal.out(`application.plush.dev/${located.name} rolled back to revision ${revision}`);
    }
    return 0;
  },
};

async function chosenRevision(call: Invocation, located: Located, asked: number | undefined): Promise<number> {
  const { namespace, name } = located;
  const client = await call.session.client();
  const revisions = await revisionsOf(call, located);
  if (asked !== undefined) {
    const numbers = revisions.map(({ spec }) => spec.revision);
    if (numbers.includes(asked)) return asked;
    throw new StatusError("NotFound", `application ${name} has no revision ${asked}; there are ${numbers.join(", ")}`);
  }
  const application = await client.get(kinds.Application, { namespace, name });
  const before = earlierRevision(application, revisions);
  if (before !== undefined) return before;
  throw new StatusError("NotFound", `application ${name} has no earlier revision`);
}
