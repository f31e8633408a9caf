/**
 * Who did what, and whether it was allowed, one JSON line an event, in files that only the server's user reads. A record
 * is never waited for: where the disk takes none, records are lost and counted, and requests go on.
 */
export type { AuditEvent, AuditStage, AuditUser } from "./audit-event.ts";
export { type AuditLog, type AuditLogOptions, openAuditLog } from "./audit-log.ts";
