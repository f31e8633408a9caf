export { type EmulatedProvider, type EmulatedProviderOptions, makeEmulatedProvider } from "./emulated-provider.ts";
