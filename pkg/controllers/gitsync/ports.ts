import type { Readable } from "node:stream";
import type { KindInfo, KubeObject, ObjectKey, ServiceAccount } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Repositories } from "../../git/index.ts";
import type { GitSyncMetrics } from "./metrics.ts";
import type { Pushes } from "./pushes.ts";

/** What an account may do, in its name. */
export interface AccountAccess {
  /** Forbidden where the account may not. */
  readonly client: ApiClient;
  /** The same without asking, for looking at what would be refused nowhere else. */
  readonly unasked: ApiClient;
  /** Throws Forbidden where the account may not store packages in a namespace. */
  mayStore(namespace: string): void;
}

/** Where packed files go. */
export interface PackageStore {
  ingest(bytes: Readable): Promise<{ readonly digest: string; readonly size: number }>;
  /** As somebody who is about to name it; undefined where it is not there. */
  renew(digest: string): Promise<{ readonly complete: boolean } | undefined>;
}

export interface GitSyncPorts extends ControllerPorts {
  readonly repositories: Repositories;
  readonly packages: PackageStore;
  readonly pushes: Pushes;
  readonly metrics: GitSyncMetrics;
  /** An object as it stands. */
  find<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): T | undefined;
  actAs(account: ServiceAccount): AccountAccess;
}
