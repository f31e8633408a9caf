/** Applications: their components and phases, from the first machine to the last thing cleaned up. */
export { memberContents } from "./member-contents.ts";
export { makeApplicationController } from "./reconcile.ts";
