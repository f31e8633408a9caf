export { makeVmProvider, type VmProvider, type VmProviderOptions } from "./vm-provider.ts";
