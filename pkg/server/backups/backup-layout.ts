/** First member of a backup: what it is. */
export interface BackupHeader {
  readonly plushBackup: 1;
  readonly createdAt: string;
  readonly clusterUid: string;
}

/** Members of a backup: header, store, then what lies below pki, keys and blobs, by its path; last the end. */
export const backupMembers = {
  header: "backup.json",
  store: "store.db",
  /** Without it the file was cut: a tar archive that ends between two members looks whole. */
  end: "end",
} as const;

/** Not part of the data directory, but about the backup, or its store. */
export function isOfBackup(name: string): boolean {
  return Object.values(backupMembers).some((known) => known === name);
}

/** Throws where no backup has such a member: it could be meant for a place outside of the data directory. */
export function checkMemberName(name: string): void {
  if (isOfBackup(name)) return;
  if (/^(pki|keys|blobs)\/[\w./-]+$/.test(name) && !name.split("/").includes("..")) return;
  throw new Error(`unexpected member ${JSON.stringify(name)}`);
}
