import type { BlobStore } from "../blobs/index.ts";
import type { PackageSource } from "../controllers/software/index.ts";
import type { Egress } from "../egress/index.ts";
import { StatusError } from "../status/index.ts";

/** Where Software comes from: fetched once by the server, kept by digest. */
export function makePackageSource(blobs: BlobStore, egress: Egress): PackageSource {
  return {
    async fetch(url, options) {
      const { stream, size: expected } = await egress.get(url, options);
      const { digest, size } = await blobs.ingest(stream);
      if (expected === undefined || expected === size) return { digest, size };
      throw new StatusError("Unreachable", `${url} ended after ${size} of ${expected} bytes`);
    },
    async stat(digest) {
      const position = await blobs.stat(digest);
      return position?.complete ? { size: position.bytes } : undefined;
    },
  };
}
