import { unitWord } from "../../systemd/index.ts";

/** What the unit of a server says. */
export interface UnitOptions {
  /** The command line: interpreter, program, its arguments. */
  readonly command: readonly string[];
  readonly user: string;
  readonly dataDirectory: string;
  /** Besides the data directory: where backups and records go. */
  readonly writable: readonly string[];
}

/** Below it systemd makes a directory by itself, for the unit's user alone. */
const stateRoot = "/var/lib/";

/** A systemd unit that runs a server, and lets it do as little as it needs. */
export function unitFile({ command, user, dataDirectory, writable }: UnitOptions): string {
  const state = dataDirectory.startsWith(stateRoot) ? dataDirectory.slice(stateRoot.length) : undefined;
  const paths = [...(state === undefined ? [dataDirectory] : []), ...writable];
  const isRoot = user === "root";
  return `${[
    "[Unit]",
    "Description=Plush: runs distributed applications on machines reached over SSH",
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    `ExecStart=${command.map(unitWord).join(" ")}`,
    "# Reads its certificates again; connections stay.",
    "ExecReload=kill -HUP $MAINPID",
    `User=${user}`,
    ...(state === undefined ? [] : [`StateDirectory=${state}`, "StateDirectoryMode=0700"]),
    "Restart=always",
    "RestartSec=1",
    "# Agents of a local pool are processes of their own, and outlive a restart.",
    "KillMode=process",
    "TimeoutStopSec=15",
    "LimitNOFILE=131072",
    "UMask=0077",
    ...(isRoot ? [] : confinement),
    ...(isRoot || paths.length === 0 ? [] : [`ReadWritePaths=${paths.map(unitWord).join(" ")}`]),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ].join("\n")}\n`;
}

/** Not for root, whose local and emulated pools make machines of this computer. */
const confinement = [
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=read-only",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "ProtectKernelTunables=yes",
  "ProtectKernelModules=yes",
  "ProtectControlGroups=yes",
  "RestrictSUIDSGID=yes",
  "LockPersonality=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "CapabilityBoundingSet=",
];
