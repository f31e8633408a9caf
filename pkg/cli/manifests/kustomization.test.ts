import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildKustomization } from "./kustomization.ts";

const path = process.env["PATH"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plush-kustomize-"));
  process.env["PATH"] = folder;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

it("takes kustomize, else kubectl, and says so where there is neither", async () => {
  await expect(buildKustomization("dir")).rejects.toThrow("needs kustomize or kubectl");
  program("kubectl", 'echo "kubectl: $1 $2"');
  expect(await buildKustomization("dir")).toMatchObject({ file: "dir", text: "kubectl: kustomize dir\n" });
  program("kustomize", 'echo "itself: $1 $2"');
  expect((await buildKustomization("dir")).text).toBe("itself: build dir\n");
  program("kustomize", "echo 'Error: no kustomization file' >&2; exit 1");
  await expect(buildKustomization("dir")).rejects.toThrow("kustomize: no kustomization file");
});
