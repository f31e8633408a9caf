export { dig, type Fields, fields, list, text } from "../merge/index.ts";
