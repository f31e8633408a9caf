import { inApplyOrder } from "../../../manifests/index.ts";
import { StatusError } from "../../../status/index.ts";
import { faultsOf } from "../../apply/check-set.ts";
import type { Command } from "../../command.ts";
import { fileFlags, namesFiles } from "../../manifests/file-flags.ts";
import { failOnFaults, loadManifests } from "../../manifests/located-manifests.ts";
import { UsageError } from "../../usage-error.ts";
import { createFlags, writeNew } from "./write-new.ts";

/** `create -f`: like apply, but what is there already is an error, and fields are not owned. */
export const createFromFile: Command = {
  usage: "create -f FILE|DIR|URL|- ... | -k DIR",
  summary: "Makes the objects of manifests; what is there already is an error.",
  completes: "files",
  flags: [...fileFlags("file, folder, URL, or - for standard input"), ...createFlags],
  async run(call) {
    const files = call.args.texts("filename");
    if (!namesFiles(call)) throw new UsageError("name what to create, or manifests with -f");
    for (const manifest of inApplyOrder(await loadManifests(call, files, { mayBeUnnamed: true }))) {
      try {
        await writeNew(call, manifest.kind, manifest.object);
      } catch (error) {
        failOnFaults(call, faultsOf(manifest, StatusError.from(error)));
      }
    }
    return 0;
  },
};
