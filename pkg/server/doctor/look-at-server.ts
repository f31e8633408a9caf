import { readFile } from "node:fs/promises";
import { arch, platform, release, totalmem } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readCertificate } from "../../auth/index.ts";
import { type Clock, formatDuration, sleep } from "../../clock/index.ts";
import {
  type BackupFacts,
  type Finding,
  judgeBackups,
  judgeCertificate,
  judgeLag,
  judgeOpenFiles,
  judgeRoom,
  judgeSync,
  measureRoom,
  measureSync,
  sizeText,
} from "../../doctor/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Foundation } from "../foundation.ts";

export interface ServerFacts {
  readonly foundation: Pick<Foundation, "clock" | "data" | "certificates">;
  readonly version: string;
  readonly machines: number;
  readonly backups: BackupFacts | undefined;
}

/** How long the event loop is watched. */
const lagMs = 1000;
/** Between two looks; what is measured includes it. */
const lookMs = 10;

/** Looks at what this process stands on. */
export async function lookAtServer(facts: ServerFacts): Promise<readonly Finding[]> {
  const { clock } = facts.foundation;
  const [lag, limit, disk] = await Promise.all([measureLag(clock), openFilesLimit(), lookAtDisk(facts)]);
  return [
    process_(facts.version),
    judgeLag(lag),
    judgeOpenFiles(limit, facts.machines),
    ...disk,
    ...lookAtCertificates(facts),
    judgeBackups(facts.backups, clock.now()),
  ];
}

function process_(version: string): Finding {
  const since = formatDuration(Math.round(process.uptime()) * 1000);
  const memory = `${sizeText(process.memoryUsage.rss())} of ${sizeText(totalmem())} memory`;
  const system = `Node.js ${process.versions.node}, ${platform()} ${release()} ${arch()}`;
  return { area: "server", verdict: "Good", message: `Plush ${version} for ${since}, ${system}, ${memory}` };
}

async function lookAtDisk({ foundation: { data, clock } }: ServerFacts): Promise<readonly Finding[]> {
  try {
    // The disk is busy with the store as it always is: that is what writes wait for.
    const [room, sync] = [await measureRoom(data.root), await measureSync(data.root, clock)];
    return [judgeRoom(room), judgeSync(data.root, sync)];
  } catch (error) {
    return [{ area: "disk", verdict: "Bad", message: StatusError.from(error).message }];
  }
}

function lookAtCertificates({ foundation: { certificates, clock } }: ServerFacts): readonly Finding[] {
  const { pki, agentPki } = certificates;
  const named = [
    ["the authority's certificate", pki.authority],
    ["the server's certificate", pki.server],
    ["the administrator's certificate", pki.admin],
    ["the authority's certificate among agents", agentPki.authority],
    ["the server's certificate among agents", agentPki.server],
  ] as const;
  const judged = named.map(([name, { certificate }]) =>
    judgeCertificate(name, readCertificate(certificate).notAfter, clock.now()),
  );
  const ill = judged.filter(({ verdict }) => verdict !== "Good");
  if (ill.length > 0) return ill;
  return [{ area: "certificates", verdict: "Good", message: `all ${named.length} are good for more than 30 days` }];
}

async function measureLag(clock: Clock): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: lookMs });
  delay.enable();
  await sleep(clock, lagMs);
  delay.disable();
  return Math.max(0, delay.percentile(99) / 1e6 - lookMs);
}

/** Undefined where there is none, or where the system does not say. */
async function openFilesLimit(): Promise<number | undefined> {
  const text = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
