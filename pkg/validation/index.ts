/** Rules across the fields of an object, by kind. */
export { validateObject } from "./validate.ts";
