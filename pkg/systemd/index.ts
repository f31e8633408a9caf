/** What files of systemd are made of. */
export { unitWord } from "./unit-word.ts";
