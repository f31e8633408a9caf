import type { SoftwareOrder } from "../../protocol/index.ts";
import type { CommandResult } from "../exec/run-command.ts";
import { InstallError } from "./install-error.ts";

/** Runs a command in the package's directory, as the user of the claim's processes. */
export type RunInPackage = (argv: readonly string[]) => Promise<CommandResult>;

/**
 * Brings an unpacked package to work: where its check succeeds it does already, else it is installed and checked
 * again. Throws InstallError with the end of what the failing command printed.
 */
export async function installPackage(order: SoftwareOrder, run: RunInPackage): Promise<void> {
  const { check, install } = order;
  if (check !== undefined && (await run(check)).ok) return;
  if (install !== undefined) {
    const installed = await run(install);
    if (!installed.ok) throw failed("InstallFailed", install, installed);
  }
  if (check === undefined) return;
  const checked = await run(check);
  if (!checked.ok) throw failed("CheckFailed", check, checked);
}

function failed(reason: "InstallFailed" | "CheckFailed", argv: readonly string[], result: CommandResult): InstallError {
  return new InstallError(reason, `${argv[0] ?? ""}: ${result.message}`, result.output);
}
