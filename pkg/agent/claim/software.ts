import { rm } from "node:fs/promises";
import { join } from "node:path";
import { unpackForClaim } from "../ahead/unpack-for-claim.ts";
import { findOwner } from "../environment/user.ts";
import { installPackage } from "../installer/install-commands.ts";
import { InstallError } from "../installer/install-error.ts";
import type { SoftwareEntry } from "../ledger/entry.ts";
import type { Action, InstallOutcome } from "../plan-input.ts";
import { replaceLink } from "../replace-link.ts";
import { claimCommand, claimUser } from "./claim-command.ts";
import { preparePlace } from "./claim-directory.ts";
import type { TaskInput } from "./task-input.ts";

/** Installs one package, from unpacking to the link that processes see. What comes of it is a fact, failure included. */
export async function installSoftware(input: TaskInput, action: Extract<Action, { kind: "install" }>): Promise<void> {
  const { context, facts, entry } = input;
  const { directory, attempt } = action;
  const software = entry.software.find((candidate) => candidate.directory === directory);
  if (software === undefined) return;
  const { life } = facts;
  const isOver = (): boolean => facts.life !== life || facts.cleaning?.state === "busy";
  const step = (name: string): void => {
    if (isOver()) throw new InstallError("InstallFailed", "the claim is being removed");
    facts.installs.set(directory, { state: "busy", attempt, step: name });
    context.changed(entry.uid);
  };
  step("Unpacking");
  const outcome = await context.installing
    .run(() => {
      // It may have waited for its turn for long.
      step("Unpacking");
      facts.installing.add(directory);
      return install(input, software, step).finally(() => facts.installing.delete(directory));
    })
    .then(
      (): InstallOutcome => ({ ok: true }),
      (error: unknown): InstallOutcome => {
        context.closing.throwIfAborted();
        const { reason, message, output } = InstallError.from(error);
        return { ok: false, reason, message, ...(output !== undefined && { output }) };
      },
    );
  if (facts.life === life) facts.installs.set(directory, { state: "done", attempt, outcome });
}

/** Uninstalls and removes a package that is not ordered any more. */
export async function discardSoftware(input: TaskInput, action: Extract<Action, { kind: "discard" }>): Promise<void> {
  const { context, facts, entry } = input;
  const { directory, attempt } = action;
  const software = entry.software.find((candidate) => candidate.directory === directory);
  if (software === undefined) return;
  facts.discards.set(directory, { state: "busy", attempt, step: "discarding" });
  const { order, state, name } = software;
  const path = join(context.layout.claim(entry.uid).software, directory);
  if (order.scope === "Host") {
    const { removed, failures } = await context.host.release(entry.uid, order);
    if (removed.length + failures.length > 0) context.ports.log.info({ removed, failures }, "host package given up");
  } else if (order.uninstall !== undefined && state === "Installed") {
    const command = { argv: order.uninstall, cwd: path, timeoutMs: order.timeoutMs, isLong: true } as const;
    const result = await claimCommand(context, entry, command);
    if (!result.ok) context.ports.log.info({ software: name, message: result.message }, "uninstall failed");
  }
  await rm(path, { recursive: true, force: true });
  const isReplaced = entry.software.some((other) => other.name === name && other.supersededAt === undefined);
  if (!isReplaced) await rm(join(context.layout.claim(entry.uid).work, name), { force: true });
  facts.installs.delete(directory);
  facts.discards.set(directory, { state: "done", attempt, outcome: undefined });
}

async function install(input: TaskInput, software: SoftwareEntry, step: (name: string) => void): Promise<void> {
  const { context, entry } = input;
  const { order, directory, name } = software;
  const layout = context.layout.claim(entry.uid);
  const user = await findOwner(claimUser(entry), context);
  if ("refusal" in user) throw new InstallError("InstallFailed", user.refusal.message);
  const owner = user.owner === undefined ? {} : { owner: user.owner };
  await preparePlace(context, entry, user.owner);
  const target = join(layout.software, directory);
  const blob = order.digest === undefined ? undefined : await context.blobs.use(order.digest);
  if (order.digest !== undefined && blob === undefined)
    throw new InstallError("UnpackFailed", "the package left the cache");
  if (order.scope === "Host") {
    step("Installing");
    const shared = await context.host.ensure(entry.uid, order, blob);
    const place = join(layout.work, name);
    if (shared === undefined) await rm(place, { force: true });
    else await replaceLink(place, shared);
    return;
  }
  await unpackForClaim(context, { order, target, ...(blob !== undefined && { blob }), ...owner });
  step("Installing");
  await installPackage(order, (argv) =>
    claimCommand(context, entry, { argv, cwd: target, timeoutMs: order.timeoutMs, isLong: true }),
  );
  await replaceLink(join(layout.work, name), join("..", "software", directory));
}
