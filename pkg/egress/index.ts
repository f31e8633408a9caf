/** The only place that sends requests to addresses which users name: each is checked, then that very address dialled. */
export { type Download, Egress, type EgressOptions, type PostAnswer, type PostOptions } from "./egress.ts";
