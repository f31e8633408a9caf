import type { PrefetchPackage, SoftwareOrder } from "../../protocol/index.ts";

/** What decides how a package is unpacked. */
export type ArchiveOrder = Pick<SoftwareOrder, "name" | "digest" | "format" | "fileName" | "strip">;

/** Packages that are unpacked before anybody needs them. */
export interface PackagesAhead {
  /** Takes up what an earlier agent left. */
  load(): Promise<void>;
  /** These are to be kept, and no others; resolves when they are there, as far as they can be. */
  want(packages: readonly PrefetchPackage[]): Promise<void>;
  /** A server has come, which shall say what is to be kept. */
  expectOrder(): void;
  /** Moves a package to a path where nothing is, to be used once; false where it is not there. */
  take(order: ArchiveOrder, place: string): Promise<boolean>;
  /** Gives the room back, for somebody who needs it; returns whether there was any. */
  clear(): Promise<boolean>;
  /** Ends what is under way; what is whole stays. */
  close(): Promise<void>;
}
