import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import { changesOf, leftByMembers, listHosts } from "../support/host-changes.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { type HostFault, hostFaults, type ServerFault, serverFaults } from "./faults.ts";
import { lostWrites, releasedEarly, restartedForNothing, sharedEpochs, twoHolders } from "./invariants.ts";
import { manifests, readRecords, runningMarkers, type WorkloadOptions } from "./workload.ts";

export interface ChaosOptions {
  readonly bed: Testbed;
  /** All choices are drawn from it. */
  readonly random: () => number;
  readonly seconds: number;
  readonly log: (line: string) => void;
}

/** Hosts that suffer at once: fewer than trip the pool's brake for long, more than one. */
const faultsAtOnce = 5;
const convergeMs = 180_000;
const workload: WorkloadOptions = { plain: 8, fenced: 4, meeting: 6 };

/** Faults that overlap on a testbed with a pool; throws with every promise that was broken, as the hosts tell it. */
export class Chaos {
  readonly #options: ChaosOptions;
  readonly #suffering = new Map<EmulatedHost | "server", Promise<void>>();
  readonly #acknowledged: string[] = [];
  readonly #failures: string[] = [];

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { bed, seconds, log } = this.#options;
    const before = await listHosts(bed.hosts);
    // Nothing is up yet when the faults begin: members are installed and meet at their barrier while hosts suffer.
    await bed.apply(manifests(workload));
    const end = performance.now() + seconds * 1000;
    const writing = this.#write(end);
    while (performance.now() < end) await this.#strike();
    await Promise.all([...this.#suffering.values(), writing]);
    if (this.#failures.length > 0) throw new Error(this.#failures.join("\n"));
    const start = performance.now();
    await this.#converges();
    log(`whole again after ${Math.round(performance.now() - start)} ms`);
    await this.#check();
    await bed.server.plush("delete", "applications", "--all", "--timeout=120s");
    await eventually(async () => {
      const left = leftByMembers(await changesOf(bed.hosts, before)).filter((line) => !line.includes("/chaos"));
      if (left.length > 0) throw new Error(`left on the hosts:\n${left.join("\n")}`);
    }, 30_000);
  }

  /** Begins one fault, on a host that suffers none, or the server. */
  async #strike(): Promise<void> {
    const { bed, random } = this.#options;
    await sleep(100 + random() * 1500);
    const lastsMs = 300 + random() ** 2 * 14_000;
    if (random() < 0.1) {
      const [name, fault] = this.#draw<ServerFault>(serverFaults);
      this.#begin("server", `server ${name}`, lastsMs, () => fault(bed.server, lastsMs));
      return;
    }
    const host = bed.hosts[Math.floor(random() * bed.hosts.length)];
    const [name, fault] = this.#draw<HostFault>(hostFaults);
    if (host === undefined || this.#suffering.size >= faultsAtOnce) return;
    this.#begin(host, `${host.name} ${name}`, lastsMs, () => fault(host, lastsMs));
  }

  #draw<F>(faults: Readonly<Record<string, F>>): [string, F] {
    const entries = Object.entries(faults);
    const drawn = entries[Math.floor(this.#options.random() * entries.length)];
    if (drawn === undefined) throw new Error("there are no faults");
    return drawn;
  }

  #begin(whom: EmulatedHost | "server", what: string, lastsMs: number, fault: () => Promise<void>): void {
    if (this.#suffering.has(whom)) return;
    this.#options.log(`${what} (${Math.round(lastsMs)} ms)`);
    const suffering = fault()
      .catch((error: unknown) => void this.#failures.push(`${what}: ${String(error)}`))
      .finally(() => this.#suffering.delete(whom));
    this.#suffering.set(whom, suffering);
  }

  /** One object after another; those are remembered which the server has acknowledged. */
  async #write(end: number): Promise<void> {
    for (let number = 0; performance.now() < end; number++) {
      const name = `written-${number}`;
      const { code } = await this.#options.bed.server.run(["create", "configmap", name], { timeoutMs: 20_000 });
      if (code === 0) this.#acknowledged.push(name);
      else await sleep(500);
    }
  }

  async #converges(): Promise<void> {
    const { server, hosts } = this.#options.bed;
    await eventually(
      async () => {
        for (const { metadata, status } of await server.list<SeenObject>("resources")) {
          // Hosts that fail on and on would be in quarantine, and none left to replace to.
          if (status?.state === "Quarantined") await server.plush("uncordon", metadata.name);
          const isClean = (status?.residue?.length ?? 0) === 0 && (status?.orphans?.length ?? 0) === 0;
          if (!/Free|Claimed/.test(status?.state ?? "") || !isClean)
            throw new Error(`${metadata.name}: ${JSON.stringify(status)}`);
        }
        for (const { metadata, status } of await server.list<SeenObject>("applications")) {
          const ready = status?.conditions?.find(({ type }) => type === "Ready");
          if (ready?.status !== "True") throw new Error(`${metadata.name}: ${JSON.stringify(status)}`);
        }
        const running = [await runningMarkers(hosts, "sleep 76000"), await runningMarkers(hosts, "sleep 76001")];
        if (running.join() !== [workload.plain, workload.meeting].join()) throw new Error(`${running} run`);
      },
      convergeMs,
      1000,
    );
  }

  async #check(): Promise<void> {
    const { bed, log } = this.#options;
    const { starts, holds, marks } = await readRecords(bed.hosts);
    const written = (await bed.server.list<SeenObject>("configmaps")).map(({ metadata }) => metadata.name);
    log(
      `${starts.length} starts, ${holds.length} holds, ${marks.length} marks, ${this.#acknowledged.length} writes acknowledged`,
    );
    const broken = [
      ...restartedForNothing(starts),
      ...sharedEpochs(starts),
      ...twoHolders(holds),
      ...releasedEarly(marks, workload.meeting),
      ...lostWrites(this.#acknowledged, written),
    ];
    if (broken.length > 0) throw new Error(`promises that were broken:\n${broken.join("\n")}`);
  }
}
