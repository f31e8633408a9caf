import { kinds } from "../../../api/index.ts";
import type { Invocation } from "../../command.ts";
import { type Located, selectObjects } from "../../targets.ts";
import { UsageError } from "../../usage-error.ts";

/** The GitSyncs that the words name: sync/NAME, or a bare NAME. */
export async function namedSyncs(call: Invocation): Promise<readonly Located[]> {
  const words = call.args.positional;
  if (words.length === 0) throw new UsageError("which GitSync?");
  const chosen = await selectObjects(
    call,
    words.map((word) => (word.includes("/") ? word : `${kinds.GitSync.singular}/${word}`)),
  );
  const other = chosen.find(({ kind }) => kind.kind !== kinds.GitSync.kind);
  if (other !== undefined) throw new UsageError(`${other.kind.singular}/${other.name} is no GitSync`);
  return chosen;
}
