/** Why something is not as it should be: the chain of causes to its root. Pure. */
export { type Cause, type CauseWorld, causesOf, isWell } from "./causes-plan.ts";
