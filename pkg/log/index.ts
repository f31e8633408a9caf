/** Structured logs. A person who needs a log to understand the system has found a missing condition. */
export { type Logger, type LoggerOptions, type LogLevel, makeLogger, silentLogger } from "./logger.ts";
