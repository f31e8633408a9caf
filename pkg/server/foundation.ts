import { openSealer, type Sealer } from "../apiserver/index.ts";
import {
  type AgentPki,
  ensureAgentPki,
  ensurePki,
  ensureSigningKey,
  type Pki,
  type SigningKey,
} from "../auth/index.ts";
import { BlobStore } from "../blobs/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import { makeDirectory } from "../disk/index.ts";
import { type AgentBundle, readAgentBundle } from "../fabric/index.ts";
import { type Logger, makeLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { serverName } from "../protocol/index.ts";
import { openStore, retentionFor, type Store } from "../store/index.ts";
import { dropUnfinishedBackups } from "./backup.ts";
import type { Closers } from "./closers.ts";
import { type DataDirectory, dataDirectory } from "./data-directory.ts";
import { type DocumentKeys, ensureDocumentKeys } from "./document-keys.ts";
import type { ServerOptions } from "./server-options.ts";
import { checkKeys, checkNoHalfRestore, hasServed } from "./whole-directory.ts";

/** What everything else of a server stands on: its data directory, opened. */
export interface Foundation {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly data: DataDirectory;
  readonly store: Store;
  readonly pki: Pki;
  readonly agentPki: AgentPki;
  readonly keys: DocumentKeys;
  /** Of tokens of service accounts. */
  readonly signingKey: SigningKey;
  readonly sealer: Sealer;
  readonly blobs: BlobStore;
  readonly bundle: AgentBundle;
}

export async function openFoundation(options: ServerOptions, closers: Closers): Promise<Foundation> {
  const clock = systemClock;
  const log = makeLogger({
    level: options.logLevel,
    format: options.logFormat,
    write: (line) => process.stderr.write(line),
  });
  const metrics = new Metrics();
  metrics.addProcess();
  metrics
    .gauge({ name: "plush_build_info", help: "1; the label says which version this is.", labels: ["version"] })
    .set({ version: options.version }, 1);
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
  const [pki, agentPki, keys, signingKey, sealer, bundle] = await Promise.all([
    ensurePki(data.pki, { hosts: [options.host, ...options.names], now: clock.now() }),
    ensureAgentPki(data.pki, { name: serverName, now: clock.now() }),
    ensureDocumentKeys(data.keys),
    ensureSigningKey(data.keys),
    openSealer(data.keys),
    readAgentBundle(options.agentBundle),
  ]);
  const blobs = new BlobStore(data.blobs);
  return { clock, log, metrics, data, store, pki, agentPki, keys, signingKey, sealer, blobs, bundle };
}
