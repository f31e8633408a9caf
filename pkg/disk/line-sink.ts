/** Where lines go; rejects where they cannot be kept. */
export interface LineSink {
  append(text: string): Promise<void>;
  close(): Promise<void>;
}
