import { readBody, send, type Transport } from "../../client/portable.ts";

/** Whom the server takes us for. Rejects with Unauthorized where it takes us for nobody. */
export async function whoAmI(transport: Transport): Promise<string> {
  const apiVersion = "authentication.k8s.io/v1";
  const answer = await send(transport, {
    method: "POST",
    path: `/apis/${apiVersion}/selfsubjectreviews`,
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ apiVersion, kind: "SelfSubjectReview" }),
  });
  const review = JSON.parse(await readBody(answer.body)) as {
    readonly status?: { readonly userInfo?: { readonly username?: string } };
  };
  return review.status?.userInfo?.username ?? "";
}
