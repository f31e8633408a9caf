import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { sendSignal } from "../../pkg/signal/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";
import { pidsOf } from "./pids-of.ts";

const run = promisify(execFile);

const hosts = Number(process.env["BENCH_HOSTS"] ?? 100);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const packageBytes = 38 << 20;
/** More of them leave the server in all only where machines fail each other. */
const fanOut = 32;
const giveUpMs = 600_000;
/** To look at all processes of all hosts costs some 20 ms of this machine. */
const sampleMs = 200;

/** What is started once the package is there: told apart by its number. */
const [ofPlush, ofOthers] = ["78000", "78001"];
const command = (marker: string): string => `test -s data && exec sleep ${marker}`;

const manifest = `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: package}
spec: {source: {file: package.tar}}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: ${hosts}, software: [package]}]
  phases:
  - {name: serve, processes: [{name: serve, restartPolicy: Always, workingDir: package, command: [sh, -c, "${command(ofPlush)}"]}]}
`;

/** The way to the hosts by other means than Plush. */
interface Others {
  readonly archive: string;
  readonly playbook: string;
}

/** A package of 38 MB on a hundred hosts, unpacked, and a process of it running on each. */
export async function* benchPackages(): Figures {
  const bed = await openBed({ hosts });
  const others = await prepare(bed);
  const pool = await poolManifest(bed);
  const ansible = await timed(ofOthers, () => throughAnsible(bed, others));
  await clearOthers(bed);
  const fromNothing: Round[] = [];
  const bare: number[] = [];
  const there: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(ofOthers, () => throughSsh(bed, others)));
    await clearOthers(bed);
    fromNothing.push(await plushRound(bed, pool));
    there.push(await plushRound(bed));
    await bed.server.plush("delete", "pool", "lab", "--timeout=180s");
  }
  yield* unlimitedFigures({ ansible, bare, fromNothing, there });
  await bed.server.apply(pool);
  await allFree(bed);
  await limitUplink(bed);
  const bareLimited = await timed(ofOthers, () => throughSsh(bed, others));
  await clearOthers(bed);
  const limited: Round[] = [];
  for (let round = 0; round < rounds; round++) limited.push(await plushRound(bed));
  yield limitedFigure(bareLimited, limited);
}

interface Round {
  readonly ms: number;
  /** Packages that the server has sent. */
  readonly sent: number;
}

interface Unlimited {
  readonly ansible: number;
  readonly bare: readonly number[];
  readonly fromNothing: readonly Round[];
  readonly there: readonly Round[];
}

const work = `38 MB on ${hosts} hosts, unpacked, a process started`;

function timesOf(rounds: readonly Round[]): readonly number[] {
  return rounds.map(({ ms }) => ms);
}

/** Packages that left the server, where it was most. */
function mostSent(rounds: readonly Round[]): number {
  return Math.max(...rounds.map(({ sent }) => sent));
}

function unlimitedFigures({ ansible, bare, fromNothing, there }: Unlimited): readonly Figure[] {
  const [nothing, present] = [median(timesOf(fromNothing)), median(timesOf(there))];
  const ssh = `\`xargs -P16 ssh 'tar x'\`: ${spread(bare)}`;
  return [
    {
      work: `${work}, from nothing`,
      reference: `Ansible: ${(ansible / 1000).toFixed(1)} s`,
      measured: `${spread(timesOf(fromNothing))} (${(ansible / nothing).toFixed(1)} × faster)`,
      bar: "≥ 7 × faster",
      met: ansible / nothing >= 7,
    },
    {
      work: "the same",
      reference: ssh,
      measured: `${(nothing / median(bare)).toFixed(2)} ×`,
      bar: "≤ 1.25 ×",
      met: nothing / median(bare) <= 1.25,
    },
    {
      work: `${work}, agents already there`,
      reference: ssh,
      measured: `${spread(timesOf(there))} (${(median(bare) / present).toFixed(2)} × faster)`,
      bar: "≥ 1.9 × faster",
      met: median(bare) / present >= 1.9,
    },
  ];
}

function limitedFigure(bareLimited: number, limited: readonly Round[]): Figure {
  const most = mostSent(limited);
  return {
    work: `the same, server's uplink held to 1 Gbit/s`,
    reference: `\`xargs -P16 ssh 'tar x'\`, held to the same: ${(bareLimited / 1000).toFixed(1)} s`,
    measured: `${spread(timesOf(limited))}; at most ${most.toFixed(1)} packages out of the server`,
    bar: `≤ 12 s, ≤ ${fanOut} packages`,
    met: median(timesOf(limited)) <= 12_000 && most <= fanOut,
  };
}

async function prepare(bed: Testbed): Promise<Others> {
  const directory = join(bed.home, "service");
  mkdirSync(directory, { recursive: true });
  const archive = join(directory, "package.tar");
  const playbook = join(bed.home, "playbook.yaml");
  writeFileSync(join(directory, "service.yaml"), manifest);
  writeFileSync(
    playbook,
    `- hosts: all
  gather_facts: false
  strategy: free
  tasks:
  - file: {path: /opt/service, state: directory}
  - unarchive: {src: ${archive}, dest: /opt/service}
  - shell: cd /opt/service && (setsid sh -c '${command(ofOthers)}' >/dev/null 2>&1 &)
`,
  );
  await renewPackage(bed);
  return { archive, playbook };
}

/** Another package, so that nobody has it yet. */
async function renewPackage(bed: Testbed): Promise<void> {
  const directory = join(bed.home, "service");
  writeFileSync(join(directory, "data"), randomBytes(packageBytes));
  await run("tar", ["cf", join(directory, "package.tar"), "-C", directory, "data"]);
}

/**
 * A pool that is applied as a whole, with a key that is there. What hosts keep is in this machine's memory: of each package
 * they keep one in the form in which they give it to each other, and no more: who keeps none has nothing to give.
 */
async function poolManifest(bed: Testbed): Promise<string> {
  await bed.makePool();
  const { apiVersion, kind, metadata, spec } = await bed.server.get<SeenPool>("pool", "lab");
  await bed.server.plush("delete", "pool", "lab", "--timeout=180s");
  const packages = { ...spec.packages, cache: "48Mi" };
  return JSON.stringify({ apiVersion, kind, metadata: { name: metadata.name }, spec: { ...spec, packages } });
}

interface SeenPool {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly packages?: object };
}

async function allFree(bed: Testbed): Promise<void> {
  await eventually(async () => {
    const resources = await bed.server.list<SeenObject>("resources");
    const free = resources.filter(({ status }) => status?.state === "Free").length;
    if (free !== hosts) throw new Error(`${free} of ${hosts} machines are Free`);
  }, giveUpMs);
}

/** `pool`: the manifest of one that is made in the same breath; absent: there is one. */
async function plushRound(bed: Testbed, pool?: string): Promise<Round> {
  await renewPackage(bed);
  const sentBefore = await bytesSent(bed);
  const ms = await timed(ofPlush, async () => {
    if (pool !== undefined) await bed.server.apply(pool);
    await bed.server.plush("apply", "-f", join(bed.home, "service", "service.yaml"));
  });
  const sent = ((await bytesSent(bed)) - sentBefore) / packageBytes;
  console.error(`plush: ${Math.round(ms)} ms, ${sent.toFixed(1)} packages sent`);
  await bed.server.plush("delete", "-f", join(bed.home, "service", "service.yaml"), "--timeout=180s");
  await eventually(async () => {
    if (countRunning(ofPlush) > 0) throw new Error("processes are left");
  }, giveUpMs);
  return { ms, sent };
}

/** The expert's one line. */
async function throughSsh(bed: Testbed, { archive }: Others): Promise<void> {
  const list = bed.hosts.map(({ address }) => address).join("\n");
  const options = `-i ${bed.identity} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  const remote = `mkdir -p /opt/service && cd /opt/service && tar x && (setsid sh -c "${command(ofOthers)}" >/dev/null 2>&1 </dev/null &)`;
  await run("sh", [
    "-c",
    `printf '%s\\n' "$1" | xargs -P16 -I{} sh -c 'ssh ${options} root@{} "$2" <"$1"' sh "$2" "$3"`,
    "sh",
    list,
    archive,
    remote,
  ]);
}

async function throughAnsible(bed: Testbed, { playbook }: Others): Promise<void> {
  const list = bed.hosts.map(({ address }) => address).join(",");
  const arguments_ = ["-i", `${list},`, "-u", "root", "-f", "50", "--private-key", bed.identity, playbook];
  const env = { ...process.env, ANSIBLE_HOST_KEY_CHECKING: "False", ANSIBLE_PIPELINING: "True", HOME: bed.home };
  await run("ansible-playbook", arguments_, { env, maxBuffer: 1 << 24 });
}

async function clearOthers(bed: Testbed): Promise<void> {
  for (const pid of pidsOf("sleep", ofOthers)) sendSignal(pid, "SIGKILL");
  await Promise.all(bed.hosts.map((host) => host.exec(["rm", "-rf", "/opt/service"])));
}

/** The bridge's own traffic is the server's: what hosts send each other does not pass it. */
async function limitUplink({ emulation }: Testbed): Promise<void> {
  const limit = ["root", "tbf", "rate", "1gbit", "burst", "256kb", "latency", "50ms"];
  await run("tc", ["qdisc", "replace", "dev", emulation.bridge, ...limit]);
}

/** From the beginning of what is done until the process runs on every host. */
async function timed(marker: string, task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const doing = task();
  doing.catch(() => undefined);
  while (countRunning(marker) < hosts) {
    if (performance.now() - start > giveUpMs) throw new Error(`${countRunning(marker)} of ${hosts} run`);
    await Promise.race([sleep(sampleMs), doing.then(() => sleep(sampleMs))]);
  }
  const ms = performance.now() - start;
  await doing;
  return ms;
}

function countRunning(marker: string): number {
  return pidsOf("sleep", marker).length;
}

async function bytesSent(bed: Testbed): Promise<number> {
  const body = await bed.server.plush("get", "--raw", "/metrics");
  return Number(/^plush_package_upload_bytes_total (\S+)$/m.exec(body)?.[1] ?? 0);
}
