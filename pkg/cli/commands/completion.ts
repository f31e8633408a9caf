import type { KubeObject } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import type { Command, Invocation } from "../command.ts";
import { candidates, type NameSource } from "../completion/candidates.ts";
import { completionScripts } from "../completion/scripts.ts";
import { namedKinds } from "../kind-names.ts";
import { UsageError } from "../usage-error.ts";

export const completionCommand: Command = {
  usage: "completion bash|zsh|fish",
  summary: "Prints what makes a shell complete commands, kinds and names.",
  flags: [],
  examples: ["source <(plush completion bash)"],
  async run(call) {
    const [shell = ""] = call.args.positional;
    const script = completionScripts[shell];
    if (script === undefined) throw new UsageError(`for which shell? ${Object.keys(completionScripts).join(", ")}`);
    call.terminal.print(script);
    return 0;
  },
};

/** Asked by the scripts, with the words of the command line after "--". */
export const completeCommand: Command = {
  usage: "__complete -- WORD ...",
  summary: "Prints the words that may stand in place of the last one.",
  flags: [],
  async run(call) {
    for (const word of await candidates(call.table, call.args.rest ?? [], namesFrom(call))) call.terminal.out(word);
    return 0;
  },
};

/** So long a person waits for a list of words; a server that is away must not freeze the shell. */
const patienceMs = 2000;

function namesFrom(call: Invocation): NameSource {
  return async (word, namespace) => {
    const [kind] = namedKinds(word);
    if (kind === undefined) return [];
    try {
      const scope = kind.namespaced ? { namespace: namespace ?? (await call.session.namespace()) } : {};
      const signal = AbortSignal.timeout(patienceMs);
      const { items } = await listAll<KubeObject>(await call.session.client(), kind, { ...scope, signal });
      return items.map(({ metadata }) => metadata.name ?? "");
    } catch {
      // A completion that cannot be had is none; there is nobody to tell.
      return [];
    }
  };
}
