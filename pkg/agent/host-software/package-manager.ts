/** A package in a file, as its manager calls it. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
}

/** What installing a file would do beside it. */
export interface PackageChanges {
  /** Names of packages that are not there now, its own included. */
  readonly added: readonly string[];
  /** Names of packages that would become another version, or go. */
  readonly changed: readonly string[];
}

/** The machine's own way to install packages. Rejections are InstallErrors. */
export interface PackageManager {
  readonly name: "dpkg" | "rpm";
  read(file: string): Promise<PackageFile>;
  /** Version of a package that is whole; "" of one that is there in part; undefined: nothing of it is there. */
  versionOf(name: string): Promise<string | undefined>;
  changesOf(file: string, own: PackageFile): Promise<PackageChanges>;
  install(file: string): Promise<void>;
  /** Takes packages away, their settings included. */
  remove(names: readonly string[]): Promise<void>;
}
