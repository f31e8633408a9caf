import { type DestinationStream, pino } from "pino";

/** Constant lower-case message, facts in fields: `log.info({ host }, "agent connected")`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: "text" | "json";
  /** Receives one line a call. */
  readonly write: (line: string) => void;
}

/** Fields that may hold secrets wherever they occur; replaced before a line is written. */
const redacted = ["env", "*.env", "token", "*.token", "privateKey", "*.privateKey", "passphrase", "*.passphrase"];

export function makeLogger(options: LoggerOptions): Logger {
  const stream: DestinationStream = {
    write: (line) => options.write(options.format === "json" ? line : toText(line)),
  };
  return pino({ level: options.level, base: null, redact: redacted, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

const levelNames: Readonly<Record<number, string>> = { 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR" };

function toText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${showValue(value)}`);
  return `${String(time)} ${(levelNames[Number(level)] ?? "").padEnd(5)} ${String(msg)}${rest.join("")}\n`;
}

function showValue(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  const inner = typeof value === "object" && value !== null ? (value as { message?: unknown }).message : undefined;
  return JSON.stringify(inner ?? value);
}
