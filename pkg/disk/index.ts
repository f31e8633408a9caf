/**
 * Files that outlive a power loss. A file's bytes are durable after a sync of the file, its name after a sync of the
 * directory; who acknowledges something that lies in a file does both before.
 */
export { toDiskStatus } from "./disk-fault.ts";
export { makeDirectory, removeDurably, renameDurably, syncPath, syncTree } from "./durable.ts";
export type { LineSink } from "./line-sink.ts";
export { openRotatingFile } from "./rotating-file.ts";
export { writeWhole } from "./write-whole.ts";
