/** In which files are there, the smallest first. */
const encodings = ["br", "gzip"] as const;

export type Encoding = (typeof encodings)[number];

/** Those of ours that an Accept-Encoding header takes, the smallest first. */
export function acceptedEncodings(header: string | readonly string[] | undefined): readonly Encoding[] {
  const weights = new Map<string, number>();
  for (const entry of String(header ?? "").split(",")) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  return encodings.filter((encoding) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0);
}
