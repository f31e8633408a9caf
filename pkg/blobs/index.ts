/** Packages by the digest of their bytes. What is complete was verified; what is partial can be resumed. */
export { type BlobInfo, type BlobPosition, BlobStore } from "./blob-store.ts";
