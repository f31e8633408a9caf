/** Facts of a machine by their names: "cpu.cores", "load.1m". */
export type Attributes = Readonly<Record<string, number | string>>;
