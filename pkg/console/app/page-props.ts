/** A page gets the parts of its path that its pattern names. */
export type PageProps = Readonly<Record<string, string>>;
