import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killAgents } from "./agents.ts";
import { eventually } from "./eventually.ts";
import { changesOf, leftByMembers, listHosts } from "./host-changes.ts";
import type { SeenObject } from "./objects.ts";
import type { Testbed } from "./testbed.ts";

/** SIGKILLs in one cycle of apply, update and delete. */
export const killsPerCycle = 5;

interface Kill {
  readonly step: "apply" | "update" | "delete";
  /** Index of a host whose agent is killed; undefined: the server. */
  readonly host: number | undefined;
  readonly afterMs: number;
}

/** Members with a package, files, data and a daemon that leaves its session and its parent. */
function manifest(members: number, version: number): string {
  return `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: tool}
spec:
  source: {file: tool-${version}}
  install: [./install.sh]
  uninstall: [./uninstall.sh]
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: messy}
spec:
  components: [{name: members, replicas: ${members}, software: [tool]}]
  updateStrategy: {maxUnavailable: 100%}
  recovery: {maxReplacements: 1000}
  phases:
  - name: prepare
    processes:
    - {name: prepare, command: [sh, -c, 'mkdir -p deep/er && echo $PLUSH_ORDINAL >deep/er/data'], restartPolicy: OnFailure}
  - name: run
    after: [prepare]
    processes:
    - name: run
      command: [sh, -c, 'tool; setsid sh -c "sleep 75000 & exec sleep 7500${version}" >/dev/null 2>&1 & exec sleep 75003']
      restartPolicy: Always
      files:
      - {path: conf/members, template: true, onChange: None, content: '{{range .members}}{{.address}} {{end}}'}
`;
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** Manifests of both versions, with their packages beside them; returns their directory. */
function writeManifests(bed: Testbed): string {
  const directory = join(bed.home, "messy");
  for (const version of [1, 2]) {
    const tool = join(directory, `tool-${version}`);
    mkdirSync(join(tool, "bin"), { recursive: true });
    writeProgram(join(tool, "install.sh"), "sleep 0.2; echo installed >installed");
    writeProgram(join(tool, "uninstall.sh"), "test -e installed");
    writeProgram(join(tool, "bin/tool"), `echo ${version}; echo output >tool.out`);
    writeFileSync(join(directory, `${version}.yaml`), manifest(bed.hosts.length, version));
  }
  return directory;
}

function drawKills(random: () => number, hosts: number): readonly Kill[] {
  return Array.from({ length: killsPerCycle }, () => ({
    step: (["apply", "update", "delete"] as const)[Math.floor(random() * 3)] ?? "apply",
    host: random() < 0.4 ? undefined : Math.floor(random() * hosts),
    afterMs: Math.floor(random() * 1500),
  }));
}

/** An application's life under SIGKILLs of agents and the server, again and again, on a pool that is there. */
export class KillStory {
  readonly #bed: Testbed;
  readonly #random: () => number;
  readonly #directory: string;
  #serverReady: Promise<void> = Promise.resolve();

  constructor(bed: Testbed, random: () => number) {
    this.#bed = bed;
    this.#random = random;
    this.#directory = writeManifests(bed);
  }

  /** Apply, update and delete, with kills at random moments; throws with what members have left on the hosts. */
  async cycle(): Promise<void> {
    const { hosts } = this.#bed;
    const kills = drawKills(this.#random, hosts.length);
    const isPatient = this.#random() < 0.5;
    const before = await listHosts(hosts);
    try {
      await this.#step("apply", kills, ["apply", "-f", join(this.#directory, "1.yaml")]);
      // Half of the updates and deletes come while things are on their way.
      if (isPatient) await this.#becomesReady();
      await this.#step("update", kills, ["apply", "-f", join(this.#directory, "2.yaml")]);
      if (isPatient) await this.#becomesReady();
      await this.#step("delete", kills, ["delete", "application", "messy", "--ignore-not-found", "--timeout=60s"]);
      await this.#machinesAreFree();
      await eventually(async () => {
        const left = leftByMembers(await changesOf(hosts, before));
        if (left.length > 0) throw new Error(`left on the hosts:\n${left.join("\n")}`);
      }, 10_000);
    } catch (error) {
      throw new Error(`${JSON.stringify(kills)}, patient: ${isPatient}:\n${error}\n${await this.#whatIsThere()}`);
    }
  }

  /** Runs a command until it succeeds, while the step's kills come. */
  async #step(step: Kill["step"], kills: readonly Kill[], command: readonly string[]): Promise<void> {
    const coming = kills.filter((kill) => kill.step === step).map((kill) => this.#kill(kill));
    await Promise.all([eventually(() => this.#bed.server.plush(...command), 90_000), ...coming]);
  }

  async #kill({ host, afterMs }: Kill): Promise<void> {
    await sleep(afterMs);
    const victim = host === undefined ? undefined : this.#bed.hosts[host];
    if (victim !== undefined) return killAgents(victim);
    // The next one waits until it serves again.
    this.#serverReady = this.#serverReady.then(async () => {
      await this.#bed.server.kill();
      await this.#bed.server.start();
    });
    return this.#serverReady;
  }

  async #becomesReady(): Promise<void> {
    await this.#bed.server.plush("wait", "application/messy", "--for=condition=Ready", "--timeout=60s");
  }

  async #machinesAreFree(): Promise<void> {
    await eventually(async () => {
      for (const resource of await this.#bed.server.list<SeenObject>("resources")) {
        const { state, residue = [] } = resource.status ?? {};
        const isAtRest = state === "Free" || state === "Quarantined";
        if (!isAtRest || residue.length > 0) throw new Error(`${resource.metadata.name}: ${state}`);
      }
    }, 60_000);
  }

  /** What a person would look at. */
  async #whatIsThere(): Promise<string> {
    const { server } = this.#bed;
    const told = await server.run(["get", "app,comp,claims,processes,resources", "-o", "wide"]);
    return [told.stdout, told.stderr, server.log.slice(-5000)].join("\n");
  }
}
