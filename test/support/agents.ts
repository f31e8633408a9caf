import type { EmulatedHost } from "../../pkg/emulation/index.ts";

/** pids, as the host counts them, of the agents that run there. */
export async function agentPids(host: EmulatedHost): Promise<readonly string[]> {
  // Written so that the script's own command line does not match.
  const script = `for p in /proc/[0-9]*; do
    case "$(tr '\\0' ' ' <$p/cmdline 2>/dev/null)" in *plush-agen[t]*" run "*) echo "\${p#/proc/}" ;; esac
  done`;
  const printed = await host.exec(["sh", "-c", script]);
  return printed.split("\n").filter((line) => line !== "");
}

export async function killAgents(host: EmulatedHost): Promise<void> {
  const pids = await agentPids(host);
  // One that has ended or was replaced meanwhile needs no signal.
  await host.exec(["sh", "-c", 'for pid; do kill -9 "$pid" 2>/dev/null; done; true', "sh", ...pids]);
}
