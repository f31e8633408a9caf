import { chmod, mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import type { SoftwareOrder } from "../../protocol/index.ts";
import { unpackForClaim } from "../ahead/unpack-for-claim.ts";
import type { AgentContext } from "../context.ts";
import { type CommandResult, runCommand } from "../exec/run-command.ts";
import { findProgram, systemPath } from "../host/find-program.ts";
import { installPackage } from "../installer/install-commands.ts";
import { InstallError } from "../installer/install-error.ts";

/** Archives that are unpacked once on the machine, into a directory that all claims see and, by convention, nobody writes to. */
export class HostTrees {
  readonly #context: AgentContext;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** Whatever was there half done is done again. It is on the disk when this resolves. Throws InstallError. */
  async install(order: SoftwareOrder, directory: string, blob: string | undefined): Promise<void> {
    const { layout } = this.#context;
    await mkdir(layout.hostSoftware, { recursive: true, mode: 0o711 });
    // Processes of other users read it.
    for (const path of [layout.root, layout.hostSoftware]) await chmod(path, 0o711);
    await unpackForClaim(this.#context, { order, target: directory, ...(blob !== undefined && { blob }) });
    await installPackage(order, (argv) => this.#run(order, directory, argv));
    const sync = findProgram("sync");
    if (sync !== undefined) await this.#run(order, directory, [sync]);
  }

  async remove(order: SoftwareOrder, directory: string): Promise<{ removed: string[]; kept: string[] }> {
    await mkdir(directory, { recursive: true });
    if (order.uninstall !== undefined) {
      const { ok, message, output } = await this.#run(order, directory, order.uninstall);
      if (!ok) throw new InstallError("InstallFailed", `uninstall: ${message}`, output);
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    return { removed: [directory], kept: [] };
  }

  /** As the agent's own user, with nothing of any claim. */
  #run(order: SoftwareOrder, cwd: string, argv: readonly string[]): Promise<CommandResult> {
    const { ports, closing, config, tasks } = this.#context;
    return runCommand({
      launch: ports.launch,
      clock: ports.clock,
      argv,
      cwd,
      env: { PATH: systemPath, HOME: homedir(), LANG: "C.UTF-8", PWD: cwd, PLUSH_RESOURCE: config.resourceName },
      timeoutMs: order.timeoutMs,
      signal: closing,
      onStart: (pid) => tasks.note(pid),
    });
  }
}
