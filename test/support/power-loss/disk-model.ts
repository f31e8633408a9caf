import { dirname, relative, sep } from "node:path";
import type { Operation } from "./recording.ts";

/** What a power loss leaves of what was not synced: all of it, nothing, or any part of it, the last write torn. */
export const losses = ["nothing lost", "all unsynced lost", "some unsynced lost"] as const;
export type Loss = (typeof losses)[number];

/** Content of files by path below the root; undefined: a directory. */
export type Image = ReadonlyMap<string, Buffer | undefined>;

type FileChange = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

class FileNode {
  durable: Buffer = Buffer.alloc(0);
  pending: FileChange[] = [];
}

class DirectoryNode {
  readonly live = new Map<string, Node>();
  readonly durable = new Map<string, Node>();
}

type Node = FileNode | DirectoryNode;

interface NameChange {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: Node | undefined;
}

/** Power is lost between sectors: a torn write ends at a multiple of this. */
const sector = 512;

/**
 * A disk that promises what POSIX does and no more: a write is there for good after a sync of its file; a name (of a new,
 * renamed or removed file) after a sync of its directory. A rename is there or not, never half.
 */
export class DiskModel {
  readonly #rootPath: string;
  readonly #root = new DirectoryNode();
  readonly #files = new Map<number, FileNode>();
  /** In the order in which they were made. */
  #names: (readonly NameChange[])[] = [];

  constructor(rootPath: string) {
    this.#rootPath = rootPath;
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case "open":
        this.#open(operation.path, operation.file, operation.isTruncated);
        break;
      case "write":
        this.#files.get(operation.file)?.pending.push({ at: operation.at, bytes: operation.bytes });
        break;
      case "truncate":
        this.#files.get(operation.file)?.pending.push({ size: operation.size });
        break;
      case "sync":
        this.#sync(operation.path, operation.file);
        break;
      case "makeDirectory":
        this.#name([this.#change(operation.path, new DirectoryNode())]);
        break;
      case "removeDirectory":
      case "unlink":
        this.#name([this.#change(operation.path, undefined)]);
        break;
      case "rename":
        this.#rename(operation.path, operation.to);
        break;
    }
  }

  /** What is there when power comes back. `random` chooses what is lost. */
  afterLoss(loss: Loss, random: () => number): Image {
    const isKept = (): boolean => loss === "nothing lost" || (loss === "some unsynced lost" && random() < 0.5);
    const kept = this.#names.filter(isKept).flat();
    const image = new Map<string, Buffer | undefined>();
    const walk = (directory: DirectoryNode, path: string): void => {
      const entries = new Map(directory.durable);
      for (const change of kept) if (change.directory === directory) setName(entries, change);
      for (const [name, node] of entries) {
        const here = path === "" ? name : `${path}/${name}`;
        image.set(here, node instanceof FileNode ? contentOf(node, isKept, random) : undefined);
        if (node instanceof DirectoryNode) walk(node, here);
      }
    };
    walk(this.#root, "");
    return image;
  }

  #open(path: string, number: number, isTruncated: boolean): void {
    const known = this.#find(path);
    // A file that was made before its directory was watched, or one that took the number of a removed one.
    const file = known instanceof FileNode ? known : new FileNode();
    this.#files.set(number, file);
    if (file !== known) this.#name([this.#change(path, file)]);
    else if (isTruncated) file.pending.push({ size: 0 });
  }

  #sync(path: string, number: number): void {
    const node = path === this.#rootPath ? this.#root : this.#find(path);
    if (node instanceof DirectoryNode) this.#syncNames(node);
    else {
      const file = this.#files.get(number);
      if (file === undefined) return;
      file.durable = file.pending.reduce(changed, file.durable);
      file.pending = [];
    }
  }

  #syncNames(directory: DirectoryNode): void {
    const synced = new Set<readonly NameChange[]>();
    const names: NameChange[] = [];
    // What a rename into this directory took from another one came there before it.
    for (const changes of this.#names.toReversed()) {
      const isEarlier = (change: NameChange): boolean =>
        names.some((later) => later.directory === change.directory && later.name === change.name);
      if (!changes.some((change) => change.directory === directory || isEarlier(change))) continue;
      synced.add(changes);
      names.push(...changes);
    }
    for (const change of names.reverse()) setName(change.directory.durable, change);
    this.#names = this.#names.filter((changes) => !synced.has(changes));
  }

  #rename(from: string, to: string): void {
    const node = this.#find(from);
    if (node !== undefined) this.#name([this.#change(from, undefined), this.#change(to, node)]);
  }

  #name(changes: readonly NameChange[]): void {
    for (const change of changes) setName(change.directory.live, change);
    this.#names.push(changes);
  }

  #change(path: string, node: Node | undefined): NameChange {
    const parent = dirname(path);
    const directory = parent === this.#rootPath ? this.#root : this.#find(parent);
    if (!(directory instanceof DirectoryNode)) throw new Error(`${parent} was made without being recorded`);
    return { directory, name: path.slice(parent.length + 1), node };
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of relative(this.#rootPath, path).split(sep)) {
      node = node instanceof DirectoryNode ? node.live.get(name) : undefined;
    }
    return node;
  }
}

function setName(entries: Map<string, Node>, { name, node }: NameChange): void {
  if (node === undefined) entries.delete(name);
  else entries.set(name, node);
}

function contentOf({ durable, pending }: FileNode, isKept: () => boolean, random: () => number): Buffer {
  return pending
    .filter(isKept)
    .map((change, index, kept) => {
      const isTorn = index === kept.length - 1 && kept.length < pending.length;
      return isTorn ? torn(change, random) : change;
    })
    .reduce(changed, durable);
}

function torn(change: FileChange, random: () => number): FileChange {
  if (!("bytes" in change)) return change;
  const end = change.at + change.bytes.length;
  const cut = Math.floor((change.at + random() * change.bytes.length) / sector) * sector;
  return { at: change.at, bytes: change.bytes.subarray(0, Math.max(0, Math.min(cut, end) - change.at)) };
}

function changed(content: Buffer, change: FileChange): Buffer {
  if ("size" in change) {
    return change.size <= content.length ? content.subarray(0, change.size) : resized(content, change.size);
  }
  const result = resized(content, Math.max(content.length, change.at + change.bytes.length));
  change.bytes.copy(result, change.at);
  return result;
}

/** A copy: others may hold the former content. */
function resized(content: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  content.copy(result);
  return result;
}
