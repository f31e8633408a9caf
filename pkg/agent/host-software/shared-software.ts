import type { SoftwareOrder } from "../../protocol/index.ts";

/** Packages that are on the machine once for all claims, as these see them. */
export interface SharedSoftware {
  /** Takes up what an earlier agent has left; once, when the claims are known. */
  load(): Promise<void>;
  /** Installs a package for a claim where it is not there yet; answers its directory, if it has one. Rejects with InstallError. */
  ensure(claim: string, order: SoftwareOrder, blob: string | undefined): Promise<string | undefined>;
  /** A claim needs a package no longer. Safe to repeat: it answers the same until the claim is forgotten. */
  release(claim: string, order: SoftwareOrder): Promise<Release>;
  /** Takes away what could not be taken away before. */
  sweep(): Promise<void>;
}

/** What became of a package that a claim has given up. */
export interface Release {
  readonly removed: readonly string[];
  /** It stays, and why. */
  readonly kept: readonly string[];
  readonly failures: readonly string[];
}
