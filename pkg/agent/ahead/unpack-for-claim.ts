import type { AgentContext } from "../context.ts";
import { InstallError } from "../installer/install-error.ts";
import { type UnpackInput, unpack } from "../installer/unpack.ts";
import { unzstdProgram } from "../installer/zstd/unzstd-apart.ts";

/** Unpacks what somebody waits for: by what lies ready, where it does; and at the cost of what does where the disk is full. */
export async function unpackForClaim(
  context: Pick<AgentContext, "ahead" | "layout" | "ports" | "tasks">,
  own: Pick<UnpackInput, "order" | "blob" | "target" | "owner">,
): Promise<void> {
  const { ahead } = context;
  const input = { ...own, unzstd: unzstdProgram(context) };
  try {
    await unpack({ ...input, ready: (place) => ahead.take(own.order, place) });
  } catch (error) {
    if (!(error instanceof InstallError) || error.reason !== "DiskFull" || !(await ahead.clear())) throw error;
    await unpack(input);
  }
}
