import type { SoftwareOrder } from "./document.ts";

/** What decides how a package looks when it is unpacked; nothing of it is run. */
export interface PrefetchPackage extends Pick<SoftwareOrder, "name" | "format" | "fileName" | "strip"> {
  readonly digest: string;
}

/** Body of PUT /v1/prefetch: all that a machine shall have unpacked ahead of need, and nothing else. */
export interface PrefetchOrder {
  readonly packages: readonly PrefetchPackage[];
}
