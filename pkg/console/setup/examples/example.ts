/** Where an example is to run. */
export interface ExamplePlace {
  readonly pool: string;
  readonly members: number;
}

export interface Example {
  /** Of the application. */
  readonly name: string;
  /** The manifest, as one would write it. */
  readonly yaml: (place: ExamplePlace) => string;
}
