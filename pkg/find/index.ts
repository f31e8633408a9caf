/** Which machines are good for groups of members: the question of `plush find`. Tells; takes nothing. */
export { type FindRoutePorts, makeFindRoute } from "./find-route.ts";
