import type { OrderedPackage } from "./ordered-software.ts";

/** How the archive of a package is unpacked. */
export interface PackageArchive {
  readonly format?: NonNullable<OrderedPackage["origin"]["format"]>;
  readonly fileName?: string;
}

export function archiveOf({ origin }: OrderedPackage): PackageArchive {
  const format = origin.resolved.format ?? origin.format;
  const fileName = origin.resolved.fileName ?? origin.source?.fileName;
  return { ...(format !== undefined && { format }), ...(fileName !== undefined && { fileName }) };
}
