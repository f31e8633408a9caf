/** Address of the question which machines are good for groups of members. */
export function resourceQueriesPath(namespace: string): string {
  return `/apis/plush.dev/v1/namespaces/${namespace}/resourcequeries`;
}
