/** The server in one process: store, API, controllers and fabric wired together; and the commands that run it. */
export { demoCommand } from "./commands/demo.ts";
export { restoreCommand } from "./commands/restore.ts";
export { serverCommand } from "./commands/server.ts";
export { uiCommand } from "./commands/ui.ts";
export { addControllers } from "./controllers.ts";
export { makeHookCaller } from "./hook-calls.ts";
export { installation } from "./installation.ts";
export { makeLeaseBook, noticeMachines } from "./leases.ts";
export { makeSinks } from "./sinks.ts";
export { startServer } from "./start-server.ts";
