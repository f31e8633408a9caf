/** The only place that sends requests to addresses which users name: each is checked, then that very address dialled. */
export { type AddressRules, addressFault } from "./address-rules.ts";
export { type Download, Egress, type EgressOptions } from "./egress.ts";
