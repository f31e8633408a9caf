const suffix = "_files";

/** Under what name members have the archive of whose files a phase's items are: no Software may be called so. */
export function itemFilesName(phase: string): string {
  return `${phase}${suffix}`;
}

/** True for what members have for the sake of a phase, and not as a package of their component. */
export function isItemFiles(name: string): boolean {
  return name.endsWith(suffix);
}
