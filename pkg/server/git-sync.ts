import { kinds } from "../api/index.ts";
import type { Api } from "../apiserver/index.ts";
import { authorize, serviceAccountIdentity } from "../auth/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { type GitSyncPorts, makeGitSyncMetrics, Pushes } from "../controllers/gitsync/index.ts";
import type { Egress } from "../egress/index.ts";
import { makeRepositories } from "../git/index.ts";
import type { Metrics } from "../metrics/index.ts";

export interface GitSyncOptions {
  readonly api: Api;
  readonly blobs: BlobStore;
  readonly egress: Egress;
  readonly metrics: Metrics;
  /** Where repositories lie. */
  readonly directory: string;
  /** Whether repositories of the server's own computer may be read. */
  readonly allowFile: boolean;
}

/** What the controller of GitSyncs has of the server: repositories, packages, and the API in the name of accounts. */
export function makeGitSyncPorts(options: GitSyncOptions): Omit<GitSyncPorts, keyof ControllerPorts> {
  const { api, blobs, egress, metrics, directory, allowFile } = options;
  return {
    repositories: makeRepositories({ directory, allowFile, addressOf: (host, port) => egress.addressOf(host, port) }),
    packages: blobs,
    pushes: new Pushes(),
    metrics: makeGitSyncMetrics(metrics),
    find: (kind, key) => api.find(kind, key),
    actAs({ metadata: { namespace = "", name = "", uid = "" } }) {
      const identity = serviceAccountIdentity({ namespace, name, uid });
      return {
        client: api.authorizedClient(identity),
        unasked: api.localClient(identity),
        mayStore: (place) =>
          void authorize(api.backend.authorizer, identity, {
            kind: "resource",
            verb: "update",
            group: kinds.GitSync.group,
            resource: "blobs",
            namespace: place,
          }),
      };
    },
  };
}
