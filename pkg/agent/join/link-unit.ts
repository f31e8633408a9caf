import { unitWord } from "../../systemd/index.ts";

export interface LinkUnit {
  /** Interpreter, program and its arguments. */
  readonly command: readonly string[];
  readonly resourceName: string;
}

/** A systemd unit that keeps the link of a host that has joined. */
export function linkUnit({ command, resourceName }: LinkUnit): string {
  return `${[
    "[Unit]",
    `Description=Plush: the link of machine ${resourceName} to its server`,
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    `ExecStart=${command.map(unitWord).join(" ")}`,
    "# It ends well when the agent has been removed.",
    "Restart=on-failure",
    "RestartSec=1",
    "# The agent and its processes are started by the link, and outlive it.",
    "KillMode=process",
    "OOMPolicy=continue",
    "TasksMax=infinity",
    "LimitNOFILE=131072",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ].join("\n")}\n`;
}
