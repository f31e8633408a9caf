import type { Provider } from "../fabric/index.ts";
import { makeExecProvider } from "../providers/exec/index.ts";
import { makeStaticProvider } from "../providers/static/index.ts";
import type { Foundation } from "./foundation.ts";
import type { OwnComputer } from "./own-computer.ts";
import { isLoopback, type ServerOptions } from "./server-options.ts";

/** Machines of this computer, and the operator's SSH agent, only while nobody else can reach the server. */
export function makeProviders(options: ServerOptions, foundation: Foundation, own: OwnComputer): readonly Provider[] {
  const { clock, store, bundle, data } = foundation;
  const onLoopback = isLoopback(options.host);
  const agentSocket = onLoopback ? options.sshAgentSocket : undefined;
  const hosts = makeStaticProvider({
    clock,
    clusterUid: store.clusterUid,
    bundle,
    ...(agentSocket !== undefined && { agentSocket }),
    ...(options.connectorTo !== undefined && { connectorTo: options.connectorTo }),
  });
  const plugins = makeExecProvider({ dataDir: data.root, reach: hosts.reach });
  return onLoopback ? [hosts, plugins, ...own.providers] : [hosts, plugins];
}
