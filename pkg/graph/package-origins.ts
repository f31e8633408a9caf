import {
  type AttributeMatch,
  type MachineAttribute,
  matchesMachine,
  type ResolvedVariant,
  type Software,
  type SoftwareFormat,
  type SoftwareSource,
} from "../api/index.ts";

/** One place where a package comes from, for machines of one kind, with what is known of it. */
export interface PackageOrigin {
  /** Absent: for any machine that no variant fits. */
  readonly match?: AttributeMatch;
  /** Absent: there is nothing to fetch. */
  readonly source?: SoftwareSource;
  readonly sha256?: string;
  readonly format?: SoftwareFormat;
  readonly resolved: ResolvedVariant;
}

/**
 * Where a package comes from, in the order in which a machine is held against it: its variants, then what is for all
 * others. A package with variants and no source of its own has nothing for machines that none of them fits.
 */
export function originsOf({ spec, status }: Software): readonly PackageOrigin[] {
  const { source, sha256, format, variants = [] } = spec;
  const ofVariants = variants.map((variant, index) => ({ ...variant, resolved: status?.variants?.[index] ?? {} }));
  if (source === undefined && variants.length > 0) return ofVariants;
  const own: PackageOrigin = {
    ...(source !== undefined && { source }),
    ...(sha256 !== undefined && { sha256 }),
    ...(format !== undefined && { format }),
    resolved: ownResolved(status),
  };
  return [...ofVariants, own];
}

/** The first origin that fits the machine; undefined where none does. */
export function originFor(software: Software, attribute: MachineAttribute): PackageOrigin | undefined {
  return originsOf(software).find(({ match }) => match === undefined || matchesMachine(match, attribute));
}

/** What machines are to be like for a package that is not for every machine; undefined where it is. */
export function onlyFor(software: Software): readonly AttributeMatch[] | undefined {
  const origins = originsOf(software);
  if (origins.some(({ match }) => match === undefined)) return undefined;
  return origins.map(({ match = {} }) => match);
}

/** Says which source a digest was recorded of. */
export function sourceText({ url, git, blob }: SoftwareSource): string {
  return blob ?? (git === undefined ? (url ?? "") : `${git.url}#${git.ref}`);
}

function ownResolved(status: Software["status"]): ResolvedVariant {
  const { digest, size, format, fileName, source, commit } = status ?? {};
  return {
    ...(digest !== undefined && { digest }),
    ...(size !== undefined && { size }),
    ...(format !== undefined && { format }),
    ...(fileName !== undefined && { fileName }),
    ...(source !== undefined && { source }),
    ...(commit !== undefined && { commit }),
  };
}
