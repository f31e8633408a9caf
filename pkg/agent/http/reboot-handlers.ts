import { routes } from "../../protocol/index.ts";
import type { AgentContext } from "../context.ts";
import { runCommand } from "../exec/run-command.ts";
import { findProgram, systemPath } from "../host/find-program.ts";
import { hasSystemd, rebootMachine } from "../host/reboot.ts";
import type { Handlers } from "./agent-server.ts";
import { answer } from "./request.ts";

/** A command that only tells the system to restart is through in a moment. */
const timeoutMs = 10_000;

/** Restarts the machine. */
export function rebootHandlers({ config, root, ports, layout, closing }: AgentContext): Handlers {
  const { launch, clock } = ports;
  return {
    [`POST ${routes.reboot}`]: async ({ stream }) => {
      await rebootMachine({
        isReal: config.bootIdentity === undefined,
        root,
        find: findProgram,
        hasSystemd,
        run: (argv) =>
          runCommand({ launch, clock, argv, cwd: layout.root, env: { PATH: systemPath }, timeoutMs, signal: closing }),
      });
      answer(stream, {});
    },
  };
}
