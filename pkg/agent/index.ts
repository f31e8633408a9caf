/**
 * The agent: the daemon on each machine. It brings its machine to what the server's signed document says, by itself,
 * and reports what it sees. Whatever it started goes on without it and is found again; nothing is started twice, and
 * nothing stops because it was not named.
 */
export type { ClaimContext, Tasks, TasksParts } from "./claim/claim-context.ts";
export { ClaimTable } from "./claim/claim-table.ts";
export { bridge, startDaemon } from "./daemon/daemonize.ts";
export { removeAgent, runAgent } from "./daemon/run.ts";
export type { DocumentFile } from "./document/document-file.ts";
export { DocumentKeeper } from "./document/document-keeper.ts";
export { type HollowAnswer, HollowFleet, type HollowRequest } from "./hollow/hollow-fleet.ts";
export { type HollowFault, hollowFaults } from "./hollow/hollow-machine.ts";
export { runUnzstd } from "./installer/zstd/unzstd-command.ts";
export { joinUsage, runJoin, runLinkCommand } from "./join/join-command.ts";
export { makeLayout } from "./layout.ts";
export type { LeaseFiles } from "./lease/lease-files.ts";
export { LeaseKeeper } from "./lease/lease-keeper.ts";
export { type ClaimEntry, type ProcessEntry, type Run, type RunEnd, runName } from "./ledger/entry.ts";
export type { Ledger } from "./ledger/ledger.ts";
export type { Action, RunObservation } from "./plan-input.ts";
export { readLeaseLine } from "./plan-lease.ts";
export { ReportHub } from "./report/report-hub.ts";
export type { RunPlace } from "./shim/run-monitor.ts";
export { runSocketCommand, socketUsage } from "./socket/socket-command.ts";
