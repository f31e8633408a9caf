import { join } from "node:path";

/** Where the server keeps what: the layout of its data directory. */
export interface DataDirectory {
  readonly root: string;
  readonly store: string;
  /** Certificates and their keys. */
  readonly pki: string;
  /** Keys that are not certificates: for documents to agents and for Secrets at rest. */
  readonly keys: string;
  /** Packages by digest. */
  readonly blobs: string;
  /** Those of them that are there as a whole. */
  readonly completeBlobs: string;
  /** Git repositories, while packages are fetched from them. */
  readonly repositories: string;
  /** Git repositories of GitSyncs, by the uid of each. */
  readonly syncs: string;
  /** Machines of local pools. */
  readonly local: string;
  /** Virtual machines and their images. */
  readonly machines: string;
  /** The key to log in with to machines that the server makes. */
  readonly machineKey: string;
  /** Where requests are recorded, unless the operator says otherwise. */
  readonly auditLog: string;
  readonly adminKubeconfig: string;
  /** There where the directory was made of a backup. */
  readonly restoredMark: string;
}

export function dataDirectory(root: string): DataDirectory {
  return {
    root,
    store: join(root, "store"),
    pki: join(root, "pki"),
    keys: join(root, "keys"),
    blobs: join(root, "blobs"),
    completeBlobs: join(root, "blobs", "sha256"),
    repositories: join(root, "repositories"),
    syncs: join(root, "syncs"),
    local: join(root, "local"),
    machines: join(root, "vm"),
    machineKey: join(root, "machine-key"),
    auditLog: join(root, "audit", "audit.log"),
    adminKubeconfig: join(root, "admin.kubeconfig"),
    restoredMark: join(root, "restored"),
  };
}
