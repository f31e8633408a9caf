/** First line of every generated source file. */
export const banner = "// Generated from schemas/ by cmd/schemagen. Do not edit; run `make generate`.\n";
