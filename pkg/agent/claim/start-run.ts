import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type ProcessOrder, streamNames } from "../../protocol/index.ts";
import { becomeUser, findOwner, type Owner, packVariables } from "../environment/user.ts";
import { findProgram } from "../host/find-program.ts";
import { type ProcessEntry, type Run, runName } from "../ledger/entry.ts";
import { spoolPath } from "../logs/stream-spool.ts";
import type { Action } from "../plan-input.ts";
import { signalName } from "../shim/signal-run.ts";
import { StartRefusal } from "../shim/start-refusal.ts";
import { processEnvironmentOf } from "./claim-command.ts";
import { preparePlace } from "./claim-directory.ts";
import { processRun, runPlace, type TaskInput } from "./task-input.ts";

/** Runs whose records and logs are kept: the last one, and the one before it for `logs --previous`. */
const keptRuns = 2;

/** Begins the run that the entry names; what comes of it is seen by the monitor. */
export async function startRun(input: TaskInput, action: Extract<Action, { kind: "start" }>): Promise<void> {
  const found = processRun(input.entry, action.process, action.number);
  if (found === undefined) return;
  const place = runPlace(input.context, input.entry.uid, action.process, found.run);
  forgetBefore(input.context, action.process, found.run);
  const { order } = found.process;
  input.context.monitor.begin(place, () => spawnShim({ ...input, ...found }, order, place.directory, place.marker));
}

/** What was seen of the run before is in the ledger by now. */
function forgetBefore({ monitor }: TaskInput["context"], uid: string, { epoch, number }: Run): void {
  monitor.forget(`${uid}/${runName({ epoch, number: number - 1 })}`);
}

async function spawnShim(
  input: TaskInput & { readonly process: ProcessEntry; readonly run: Run },
  order: ProcessOrder,
  directory: string,
  marker: string,
): Promise<ChildProcess> {
  const { context, entry } = input;
  const layout = context.layout.claim(entry.uid);
  const user = await findOwner(order.user, context);
  if ("refusal" in user) throw new StartRefusal(user.refusal.reason, user.refusal.message, true);
  await preparePlace(context, entry, user.owner);
  const made = processEnvironmentOf(context, entry, order, marker);
  if ("refusal" in made) throw new StartRefusal(made.refusal.reason, made.refusal.message, true);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await input.files.prepare(entry, input.process, input.run);
  if (order.item !== undefined) await makeItemDirectory(layout.work, order.workingDir, user.owner);
  const cwd = await workingDirectory(layout.work, order.workingDir);
  const run = marker.slice(marker.indexOf("/") + 1);
  await pruneRuns(layout.runs(order.uid), layout.logs(order.uid), run);
  await input.sockets.open(order, input.run);
  // An ending agent begins nothing; the next one finds that this run never was.
  context.closing.throwIfAborted();
  const { stdio, close } = await openOutput(layout.log(order.uid, run), order);
  try {
    const limits = await limitArguments(input, order);
    const { argv, env } = asUser(made, user.owner, context.layout.shim);
    const shimArgv = [
      "/bin/sh",
      context.layout.shim,
      ...leaseArguments(input, order),
      "hold",
      directory,
      findProgram("setsid") ?? "-",
      order.streams === undefined ? "1" : "3",
      ...limits,
      ...argv,
    ];
    const shim = context.ports.launch(shimArgv, { cwd, env, detached: true, stdio });
    shim.unref();
    await once(shim, "spawn");
    return shim;
  } finally {
    await close();
  }
}

/** What a shim needs to look after a lease by itself; nothing for one that has none to look after. */
function leaseArguments({ context, entry, run }: TaskInput & { readonly run: Run }, order: ProcessOrder): string[] {
  if (!run.leased) return [];
  const { leases, boot } = context;
  if (leases.see(entry.uid, run.epoch).state !== "held")
    throw new StartRefusal("WaitingForLease", "the lease ran out before it was started", false);
  const [sleep, grep] = [findProgram("sleep"), findProgram("grep")];
  if (sleep === undefined || grep === undefined)
    throw new StartRefusal("ProgramMissing", "leases need the programs `sleep` and `grep` on the machine", true);
  const signal = signalName(order.stop.signal).replace("SIG", "");
  return ["lease", leases.file(entry.uid, run.epoch), boot, sleep, grep, signal];
}

interface Output {
  readonly stdio: ("ignore" | number)[];
  readonly close: () => Promise<unknown>;
}

/** Both streams go into the log, or each into a file of its own as descriptors 1 and 3: see StreamMerge. */
async function openOutput(log: string, { streams }: ProcessOrder): Promise<Output> {
  const paths = [log, ...(streams === undefined ? [] : streamNames.map((name) => spoolPath(log, name)))];
  const files = await Promise.all(paths.map((path) => open(path, "a", 0o600)));
  const [both = "ignore", stdout, stderr] = files.map(({ fd }) => fd);
  return {
    stdio:
      stdout === undefined || stderr === undefined ? ["ignore", both, "ignore"] : ["ignore", stdout, "ignore", stderr],
    close: () => Promise.all(files.map((file) => file.close())),
  };
}

interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The program with what makes it a user's; the shim itself stays the agent's. */
function asUser(program: Program, owner: Owner | undefined, shim: string): Program {
  if (owner === undefined) return program;
  const become = becomeUser(owner);
  if (become === undefined) {
    throw new StartRefusal(
      "UserNotPermitted",
      "this machine has no program `setpriv` (util-linux), which users need",
      true,
    );
  }
  const env = packVariables(program.env, ["PLUSH_RUN", "PLUSH_CLAIM_UID", "PLUSH_PEERS_FILE"]);
  return { argv: [...become, "/bin/sh", shim, "dress", ...program.argv], env };
}

/** PARTIAL STRICT FILES CORE GROUPS of the shim. */
async function limitArguments({ context, entry }: TaskInput, order: ProcessOrder): Promise<string[]> {
  const { cpuMillis, memoryBytes, files, coreBytes } = order.limits;
  const limits = { ...(cpuMillis !== undefined && { cpuMillis }), ...(memoryBytes !== undefined && { memoryBytes }) };
  const group = await context.groups.prepare(entry.uid, order.uid, limits);
  const strict = Object.keys(limits).length > 0;
  const groups = group.directories.length === 0 ? "-" : group.directories.join(":");
  return [group.partial ? "1" : "0", strict ? "1" : "0", String(files ?? "-"), String(coreBlocks(coreBytes)), groups];
}

/** Of an item: made by nobody else, and its user's as the claim's is. */
async function makeItemDirectory(work: string, path: string, owner: Owner | undefined): Promise<void> {
  const directory = join(work, path);
  if (relative(work, directory).startsWith("..")) return;
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (owner === undefined || first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await chown(made, owner.uid, owner.gid);
}

async function workingDirectory(work: string, path: string): Promise<string> {
  const directory = join(work, path);
  if (relative(work, directory).startsWith("..")) {
    throw new StartRefusal("WorkingDirOutside", `workingDir ${path} leads out of the working directory`, true);
  }
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory()) return directory;
  throw new StartRefusal("WorkingDirMissing", `workingDir ${path} is no directory in the working directory`, false);
}

/** ulimit -c counts blocks of 512 bytes. */
function coreBlocks(bytes: number | undefined): number | string {
  return bytes === undefined ? "-" : Math.ceil(bytes / 512);
}

async function pruneRuns(runs: string, logs: string, current: string): Promise<void> {
  const names = (await readdir(runs)).filter((name) => name !== current);
  const byAge = names.sort((left, right) => compareRuns(right, left));
  await mkdir(logs, { recursive: true, mode: 0o700 });
  for (const name of byAge.slice(keptRuns - 1)) {
    for (const file of await readdir(logs)) {
      if (file.startsWith(`${name}.log`)) await rm(join(logs, file), { force: true });
    }
    await rm(join(runs, name), { recursive: true, force: true });
  }
}

/** Runs are named EPOCH.NUMBER. */
function compareRuns(left: string, right: string): number {
  const [leftEpoch = 0, leftNumber = 0] = left.split(".").map(Number);
  const [rightEpoch = 0, rightNumber = 0] = right.split(".").map(Number);
  return leftEpoch - rightEpoch || leftNumber - rightNumber;
}
