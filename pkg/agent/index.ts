/**
 * The agent: the daemon on each machine. It brings its machine to what the server's signed document says, by itself,
 * and reports what it sees. Whatever it started goes on without it and is found again; nothing is started twice, and
 * nothing stops because it was not named.
 */
export { type Agent, type AgentOptions, startAgent } from "./agent.ts";
export { readConfig } from "./config.ts";
export { bridge, startDaemon } from "./daemon/daemonize.ts";
export { removeAgent, runAgent } from "./daemon/run.ts";
export { type Layout, makeLayout } from "./layout.ts";
export { acquireLock, lockOwner } from "./lock.ts";
export type { AgentPorts, Launch } from "./ports.ts";
