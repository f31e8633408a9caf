export class BlobCache {
  readonly complete: ReadonlySet<string> = new Set<string>();
  transfer(_digest: string): { readonly bytes: number; readonly total: number } | undefined {
    return undefined;
  }
}
