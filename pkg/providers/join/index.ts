/** Machines that dial out to the server: known by a key that they made when they joined, reached by what they dialled. */
export { makeJoinProvider } from "./join-provider.ts";
export { joinToken, liveTokens, makeJoinSecret, poolOfSecret, redeem } from "./join-token.ts";
export { LinkHub, type LinkHubOptions } from "./link-hub.ts";
