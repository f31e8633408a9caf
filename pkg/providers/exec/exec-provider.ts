import type { Provider } from "../../fabric/index.ts";
import { makeExecMaker } from "./exec-maker.ts";

export interface ExecProviderOptions {
  /** The server's data directory. */
  readonly dataDir: string;
  /** The way to a machine once it is there. */
  readonly reach: Provider["reach"];
}

/** What there is is the plugin's to say; the manifest names no machine. */
export function makeExecProvider({ dataDir, reach }: ExecProviderOptions): Provider {
  return { name: "exec", machines: () => [], maker: makeExecMaker(dataDir), reach };
}
