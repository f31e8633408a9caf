/**
 * The agent: the daemon on each machine. It brings its machine to what the server's signed document says, by itself,
 * and reports what it sees. Whatever it started goes on without it and is found again; nothing is started twice, and
 * nothing stops because it was not named.
 */
export { bridge, startDaemon } from "./daemon/daemonize.ts";
export { removeAgent, runAgent } from "./daemon/run.ts";
export { type HollowAnswer, HollowFleet, type HollowRequest } from "./hollow/hollow-fleet.ts";
export { type HollowFault, hollowFaults } from "./hollow/hollow-machine.ts";
export { readLine } from "./hollow/read-line.ts";
export { makeLayout } from "./layout.ts";
export { runSocketCommand, socketUsage } from "./socket/socket-command.ts";
