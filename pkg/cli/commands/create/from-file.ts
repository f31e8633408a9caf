import { StatusError } from "../../../status/index.ts";
import { inApplyOrder } from "../../apply/apply-order.ts";
import { faultsOf } from "../../apply/check-set.ts";
import type { Command } from "../../command.ts";
import { failOnFaults, loadManifests } from "../../manifests/located-manifests.ts";
import { UsageError } from "../../usage-error.ts";
import { createFlags, writeNew } from "./write-new.ts";

/** `create -f`: like apply, but what is there already is an error, and fields are not owned. */
export const createFromFile: Command = {
  usage: "create -f FILE|DIR|URL|- ...",
  summary: "Makes the objects of manifests; what is there already is an error.",
  completes: "files",
  flags: [
    { name: "filename", short: "f", type: "texts", value: "FILE", help: "file, folder, URL, or - for standard input" },
    { name: "recursive", short: "R", type: "switch", help: "folders in folders" },
    ...createFlags,
  ],
  async run(call) {
    const files = call.args.texts("filename");
    if (files.length === 0) throw new UsageError("name what to create, or manifests with -f");
    for (const manifest of inApplyOrder(await loadManifests(call, files))) {
      try {
        await writeNew(call, manifest.kind, manifest.object);
      } catch (error) {
        failOnFaults(call, faultsOf(manifest, StatusError.from(error)));
      }
    }
    return 0;
  },
};
