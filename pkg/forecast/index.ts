/**
 * What would come of a change: the server's own controllers over a copy of its state, with machines that do what they are
 * told. Tells; writes nothing.
 */
export { makePlanRoute } from "./plan-route.ts";
