import { openSealer, type Sealer } from "../apiserver/index.ts";
import { ensureSigningKey, type SigningKey } from "../auth/index.ts";
import { BlobStore } from "../blobs/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import { makeDirectory } from "../disk/index.ts";
import { type AgentBundle, readAgentBundle } from "../fabric/index.ts";
import { type Logger, makeLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { openStore, retentionFor, type Store } from "../store/index.ts";
import type { Tracer } from "../tracing/index.ts";
import { dropUnfinishedBackups } from "./backups/backup.ts";
import { Certificates } from "./certificates.ts";
import type { Closers } from "./closers.ts";
import { type DataDirectory, dataDirectory } from "./data-directory.ts";
import { type DocumentKeys, ensureDocumentKeys } from "./document-keys.ts";
import { LogFile } from "./log-file.ts";
import { openTracing } from "./open-tracing.ts";
import { RecentLines } from "./recent-lines.ts";
import type { ServerOptions } from "./server-options.ts";
import { checkKeys, checkNoHalfRestore, hasServed } from "./whole-directory.ts";

/** What everything else of a server stands on: its data directory, opened. */
export interface Foundation {
  readonly clock: Clock;
  readonly log: Logger;
  /** What was logged lately. */
  readonly recentLines: RecentLines;
  readonly metrics: Metrics;
  /** Absent: nobody wants traces. */
  readonly tracer: Tracer | undefined;
  readonly data: DataDirectory;
  readonly store: Store;
  readonly certificates: Certificates;
  readonly keys: DocumentKeys;
  /** Of tokens of service accounts. */
  readonly signingKey: SigningKey;
  readonly sealer: Sealer;
  readonly blobs: BlobStore;
  readonly bundle: AgentBundle;
}

export async function openFoundation(options: ServerOptions, closers: Closers): Promise<Foundation> {
  const clock = systemClock;
  const recentLines = new RecentLines();
  const write = await openLog(options, clock, closers);
  const log = makeLogger({
    level: options.logLevel,
    format: options.logFormat,
    write: (line) => {
      recentLines.add(line);
      write(line);
    },
  });
  const metrics = new Metrics();
  metrics.addProcess();
  metrics
    .gauge({ name: "plush_build_info", help: "1; the label says which version this is.", labels: ["version"] })
    .set({ version: options.version }, 1);
  const tracer = openTracing(options, { clock, log, metrics }, closers);
  const data = dataDirectory(options.dataDir);
  await checkNoHalfRestore(data);
  makeDirectory(data.root);
  const retention = options.historyMaxAgeMs === undefined ? {} : retentionFor(options.historyMaxAgeMs);
  const store = await openStore({
    directory: data.store,
    clock,
    log,
    metrics,
    retention,
    mustExist: hasServed(data),
  });
  closers.add(() => store.close());
  checkKeys(data, store);
  await dropUnfinishedBackups(data);
  // Before all who put a key there at the same time.
  makeDirectory(data.keys);
  const hosts = [options.host, ...options.names];
  const [certificates, keys, signingKey, sealer, bundle] = await Promise.all([
    Certificates.open({ directory: data.pki, hosts, clock, log }),
    ensureDocumentKeys(data.keys),
    ensureSigningKey(data.keys),
    openSealer(data.keys),
    readAgentBundle(options.agentBundle),
  ]);
  closers.add(() => certificates.close());
  const blobs = new BlobStore(data.blobs);
  return {
    ...{ clock, log, recentLines, metrics, tracer, data },
    ...{ store, certificates, keys, signingKey, sealer, blobs, bundle },
  };
}

/** Where the log goes. Closed last of all: until then somebody may have something to say. */
async function openLog({ logFile }: ServerOptions, clock: Clock, closers: Closers): Promise<(line: string) => void> {
  const toStderr = (text: string): void => void process.stderr.write(text);
  if (logFile === undefined) return toStderr;
  const file = await LogFile.open(logFile, () => clock.now(), toStderr);
  closers.add(() => file.close());
  return (line) => file.write(line);
}
