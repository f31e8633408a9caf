import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StatusError } from "../status/index.ts";
import { toDiskStatus } from "./disk-fault.ts";
import { makeDirectory, removeDurably, renameDurably, syncTree } from "./durable.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-disk-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

// That what they did outlives a power loss is shown by the replayed recordings of the store's tests.
describe("files that are durable", () => {
  test("a directory is made with those above it, for its owner alone", () => {
    makeDirectory(join(directory, "a", "b"));
    for (const path of ["a", "a/b"]) expect(statSync(join(directory, path)).mode & 0o777).toBe(0o700);
    makeDirectory(join(directory, "a", "b"));
  });

  test("a file in the way of a directory is told by its path", () => {
    writeFileSync(join(directory, "a"), "");
    expect(() => makeDirectory(join(directory, "a", "b"))).toThrow(join(directory, "a"));
  });

  test("renames from one directory to another, and removes", () => {
    for (const name of ["from", "to"]) mkdirSync(join(directory, name));
    writeFileSync(join(directory, "from", "file"), "text");
    renameDurably(join(directory, "from", "file"), join(directory, "to", "file"));
    syncTree(directory);
    expect(readFileSync(join(directory, "to", "file"), "utf8")).toBe("text");
    removeDurably(join(directory, "to", "file"));
    removeDurably(join(directory, "to", "file"));
    expect(existsSync(join(directory, "to", "file"))).toBe(false);
  });
});

describe("what is said of a disk that takes no writes", () => {
  const failure = (code: string): Error => Object.assign(new Error("write failed"), { code });

  test.each([
    ["ENOSPC", "/data/x cannot be written: its disk is full; make room, nothing else is needed"],
    ["EROFS", "/data/x cannot be written: its file system is read-only; make it writable, nothing else is needed"],
    ["EIO", "/data/x cannot be written: its disk fails (input/output error)"],
  ])("%s", (code, message) => {
    const status = toDiskStatus("/data/x", failure(code));
    expect(status).toMatchObject({ message, reason: "ServiceUnavailable" });
  });

  test("other errors stay what they are", () => {
    expect(toDiskStatus("/data/x", failure("EACCES")).reason).toBe("InternalError");
    const conflict = new StatusError("Conflict", "changed meanwhile");
    expect(toDiskStatus("/data/x", conflict)).toBe(conflict);
  });
});
