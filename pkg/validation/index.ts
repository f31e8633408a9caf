/** Rules across the fields of an object, by kind. Pure. */
export { unknownFieldHint } from "./hints.ts";
export { validateObject } from "./validate.ts";
