/** What processes are given out of other objects: values of variables, texts of files; and why one cannot be given them. */
export { type Environment, resolveEnvironment, type ValueSource } from "./environment-plan.ts";
export { findFault, type ProcessFault, type ProcessPlace } from "./fault-plan.ts";
export { type Files, resolveFiles } from "./files-plan.ts";
export { refersTo } from "./references.ts";
