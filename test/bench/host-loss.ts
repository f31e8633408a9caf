import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";
import { pidsOf } from "./pids-of.ts";
import { type Curve, curvesAsCsv, curvesAsSvg } from "./recovery-curve.ts";
import { pictureDirectory } from "./report.ts";

// The experiment of the Plush article's Fig. 4 (PlanetLab, 2006): a service on 100 of 120 machines with a package of 38 MB;
// 20 of them lose their power at once. There it took 1,000 s until 100 served again.

const hosts = Number(process.env["BENCH_HOSTS"] ?? 120);
const lost = Math.floor(hosts / 6);
const members = hosts - lost;
const packageBytes = 38 << 20;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const barMs = 5000;
const sampleMs = 200;
const giveUpMs = 180_000;

/** What runs as the service: told apart by its number. */
const [ofPlush, ofAnsible] = ["77000", "77001"];

const manifest = `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: package}
spec: {source: {file: package}}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: ${members}, software: [package]}]
  recovery: {maxReplacements: 100}
  phases:
  - {name: serve, processes: [{name: serve, restartPolicy: Always, command: [sh, -c, "test -s package/data && exec sleep ${ofPlush}"]}]}
`;

interface SeenResource {
  readonly status?: { readonly state?: string; readonly prefetched?: readonly string[] };
}

/** Serving members over time after the loss, beside an Ansible playbook that begins at the same moment. */
export async function* benchHostLoss(): Figures {
  const bed = await openBed({ hosts });
  const directory = join(bed.home, "service");
  mkdirSync(join(directory, "package"), { recursive: true });
  writeFileSync(join(directory, "package", "data"), randomBytes(packageBytes));
  writeFileSync(join(directory, "service.yaml"), manifest);
  await bed.makePool();
  await bed.server.plush("apply", "-f", join(directory, "service.yaml"), "--wait", "--timeout=10m");
  const curves: Curve[] = [];
  for (let round = 0; round < rounds; round++) curves.push(await loseHosts(bed));
  await bed.server.plush("delete", "application", "service", "--timeout=5m");
  const ansible = await loseHostsUnderAnsible(bed, join(directory, "package", "data"));
  const times = curves.map(backMs);
  write(curves[times.indexOf(median(times))] ?? [], ansible);
  yield* [
    {
      work: `${lost} of ${members} members lose their machines at once (38 MB package): all serve again`,
      reference: `Ansible playbook on the spare hosts, begun at that moment: ${(backMs(ansible) / 1000).toFixed(1)} s`,
      measured: spread(times),
      bar: `≤ ${barMs / 1000} s`,
      met: median(times) <= barMs,
    },
  ];
}

async function loseHosts(bed: Testbed): Promise<Curve> {
  await prefetched(bed);
  const claims = await bed.server.list<SeenObject>("claims");
  const resources = await bed.server.list<{ metadata: { name: string }; spec: { address: string } }>("resources");
  const holding = new Set(claims.map(({ spec }) => spec.resourceName));
  const victims = resources
    .filter(({ metadata }) => holding.has(metadata.name))
    .slice(0, lost)
    .map(({ spec }) => bed.host(spec.address));
  const curve = await watch(ofPlush, () => Promise.all(victims.map((host) => host.powerOff())));
  for (const host of victims) await host.powerOn();
  await eventually(async () => {
    for (const { metadata, status } of await bed.server.list<SeenObject>("resources")) {
      if (status?.state === "Quarantined") await bed.server.plush("uncordon", metadata.name);
      if (!/Free|Claimed/.test(status?.state ?? "")) throw new Error(`${metadata.name}: ${status?.state}`);
    }
  }, giveUpMs);
  return curve;
}

/** As many idle machines have the package, unpacked, as may be needed. */
async function prefetched(bed: Testbed): Promise<void> {
  await eventually(
    async () => {
      const resources = await bed.server.list<SeenResource>("resources");
      const ready = resources.filter(({ status }) => status?.state === "Free" && status.prefetched?.length === 1);
      if (ready.length < lost) throw new Error(`packages are on their way: ${ready.length} of ${lost} machines`);
    },
    giveUpMs,
    1000,
  );
}

async function loseHostsUnderAnsible(bed: Testbed, data: string): Promise<Curve> {
  const serving = bed.hosts.slice(0, members);
  await Promise.all(serving.map((host) => host.exec(["sh", "-c", `setsid sleep ${ofAnsible} >/dev/null 2>&1 &`])));
  const playbook = join(bed.home, "playbook.yaml");
  writeFileSync(
    playbook,
    `- hosts: all
  gather_facts: false
  strategy: free
  tasks:
  - copy: {src: ${data}, dest: /opt/data}
  - shell: test -s /opt/data && setsid sleep ${ofAnsible} >/dev/null 2>&1 &
`,
  );
  const spares = bed.hosts.slice(members).map(({ address }) => address);
  const arguments_ = ["-i", `${spares.join(",")},`, "-u", "root", "-f", "50", "--private-key", bed.identity, playbook];
  const env = { ...process.env, ANSIBLE_HOST_KEY_CHECKING: "False", ANSIBLE_PIPELINING: "True", HOME: bed.home };
  let running: Promise<unknown> = Promise.resolve();
  const curve = await watch(ofAnsible, async () => {
    running = promisify(execFile)("ansible-playbook", arguments_, { env, maxBuffer: 1 << 24 });
    await Promise.all(serving.slice(0, lost).map((host) => host.powerOff()));
  });
  await running;
  return curve;
}

/** Counts those who serve until all do again; begins with the loss. */
async function watch(marker: string, lose: () => Promise<unknown>): Promise<Curve> {
  const curve: { ms: number; serving: number }[] = [{ ms: 0, serving: countServing(marker) }];
  const start = performance.now();
  const losing = lose();
  for (;;) {
    await sleep(sampleMs);
    const [ms, serving] = [performance.now() - start, countServing(marker)];
    if (serving !== curve.at(-1)?.serving) curve.push({ ms, serving });
    const isBack = serving >= members && curve.some((point) => point.serving < members);
    if (isBack || ms > giveUpMs) break;
  }
  await losing;
  return curve;
}

function countServing(marker: string): number {
  return pidsOf("sleep", marker).length;
}

function backMs(curve: Curve): number {
  return curve.at(-1)?.serving === members ? (curve.at(-1)?.ms ?? Number.NaN) : Number.POSITIVE_INFINITY;
}

function write(plush: Curve, ansible: Curve): void {
  const images = pictureDirectory(process.env["BENCH_HOSTS"] === undefined);
  mkdirSync(images, { recursive: true });
  const curves = { Plush: plush, "Ansible playbook": ansible };
  writeFileSync(join(images, "host-loss.csv"), curvesAsCsv(curves));
  writeFileSync(join(images, "host-loss.svg"), curvesAsSvg(curves, members));
}
