import { type ApplicationRevision, kinds, labels } from "../../../api/index.ts";
import { inOrder } from "../../../rollout/index.ts";
import type { Invocation } from "../../command.ts";
import { type Located, selectObjects } from "../../targets.ts";
import { UsageError } from "../../usage-error.ts";

/** The applications that the words name: application/NAME, or a bare NAME. */
export async function rolledApplications(call: Invocation): Promise<readonly Located[]> {
  const words = call.args.positional;
  if (words.length === 0) throw new UsageError("which application? For example: application/web");
  const chosen = await selectObjects(
    call,
    words.map((word) => (word.includes("/") ? word : `application/${word}`)),
  );
  const other = chosen.find(({ kind }) => kind.kind !== kinds.Application.kind);
  if (other !== undefined)
    throw new UsageError(`only applications are rolled out, and ${other.kind.singular}/${other.name} is none`);
  return chosen;
}

/** The revisions of an application, oldest first. */
export async function revisionsOf(
  call: Invocation,
  { namespace, name }: Pick<Located, "namespace" | "name">,
): Promise<readonly ApplicationRevision[]> {
  const client = await call.session.client();
  const labelSelector = `${labels.application}=${name}`;
  const { items } = await client.list(kinds.ApplicationRevision, { namespace, labelSelector });
  return inOrder(items);
}
