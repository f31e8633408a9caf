/** Rules across the fields of an object, by kind. Pure. */
export { fencingLimits } from "./component-rules.ts";
export { unknownFieldHint } from "./hints.ts";
export { validateObject } from "./validate.ts";
