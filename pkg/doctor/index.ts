/** How a server and its machines are: what is looked at, and what each figure means for who has to do something. */
export { type Area, areas, type DoctorReport, type Finding, readReport, type Verdict } from "./finding.ts";
export { judgeMachines, type Look, type LookedAt } from "./judge-machines.ts";
export {
  type BackupFacts,
  judgeBackups,
  judgeCertificate,
  judgeClock,
  judgeLag,
  judgeOpenFiles,
  judgeRoom,
  judgeSync,
  sizeText,
} from "./judge-server.ts";
export { measureRoom, measureSync } from "./measure-disk.ts";
export { redact, scrub } from "./redact.ts";
