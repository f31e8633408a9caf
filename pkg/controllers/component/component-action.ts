import type { Claim } from "../../api/index.ts";

export type ComponentAction =
  | { readonly kind: "CreateClaim"; readonly claim: Claim; readonly why: string }
  | { readonly kind: "UpdateClaim"; readonly claim: Claim; readonly why: string }
  | { readonly kind: "DeleteClaim"; readonly claim: Claim; readonly why: string };
