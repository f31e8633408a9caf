import type { Entry } from "../store/index.ts";
import type { FenceHolder, FenceKey } from "./plan-fence.ts";

/** Beside the API's objects: records outlive them, and nobody is to edit them. */
export const recordPrefix = "/fencing/ordinals/";
/** Says under which term everything that was granted before is over. */
export const settledKey = "/fencing/settled";

/** Where an ordinal's record lies in the store. */
export function recordKey({ namespace, application, component, ordinal }: FenceKey): string {
  return `${recordPrefix}${namespace}/${application}/${component}/${ordinal}`;
}

/** Throws where it is none: to go on without it would be to forget who may run. */
export function readHolder({ key, value }: Entry): FenceHolder {
  const { claimUid, epoch, resourceUid, boot, longestMs } = value;
  const texts = [claimUid, resourceUid, boot];
  const numbers = [epoch, longestMs];
  if (texts.every((one) => typeof one === "string") && numbers.every((one) => typeof one === "number"))
    return value as unknown as FenceHolder;
  throw new Error(`the store's record ${key} is not one of fencing`);
}
