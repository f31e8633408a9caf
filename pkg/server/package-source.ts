import { rm } from "node:fs/promises";
import type { BlobStore } from "../blobs/index.ts";
import type { PackageSource } from "../controllers/software/index.ts";
import type { Egress } from "../egress/index.ts";
import { withCommit } from "../git/index.ts";
import { StatusError } from "../status/index.ts";

export interface PackageSourceOptions {
  readonly blobs: BlobStore;
  readonly egress: Egress;
  /** Where repositories lie while they are fetched. */
  readonly scratch: string;
  /** Whether repositories of the server's own computer may be read. */
  readonly allowFile: boolean;
}

/** Where Software comes from: fetched once by the server, kept by digest. */
export function makePackageSource({ blobs, egress, scratch, allowFile }: PackageSourceOptions): PackageSource {
  // What a server that was killed has left.
  let cleared: Promise<void> | undefined;
  const addressOf = (host: string, port: number): Promise<string> => egress.addressOf(host, port);
  return {
    async fetch(url, options) {
      const { stream, size: expected } = await egress.get(url, options);
      const { digest, size } = await blobs.ingest(stream);
      if (expected === undefined || expected === size) return { digest, size };
      throw new StatusError("Unreachable", `${url} ended after ${size} of ${expected} bytes`);
    },
    async fetchGit(source, options) {
      cleared ??= rm(scratch, { recursive: true, force: true });
      await cleared;
      return withCommit({ directory: scratch, addressOf, allowFile }, { ...source, ...options }, async (found) => {
        return { commit: found.commit, ...(await blobs.ingest(found.archive)) };
      });
    },
    async stat(digest) {
      const position = await blobs.stat(digest);
      return position?.complete ? { size: position.bytes } : undefined;
    },
  };
}
