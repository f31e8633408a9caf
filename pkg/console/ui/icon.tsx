/** Drawn for this page on a grid of 16: strokes in the colour of the text. */
const paths = {
  brand: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  map: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM1.5 8h13M8 1.5c2 2 2.6 4.2 2.6 6.500S10 12.5 8 14.500C6 12.5 5.4 10.3 5.4 8S6 3.5 8 1.5",
  applications: "M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
  events: "M2 3.500h12M2 8h12M2 12.500h8",
  build: "M2 2.500h4v4H2zM10 9.500h4v4h-4zM6 4.500h3a2 2 0 0 1 2 2v3M11 9.500l-1.5-1.500M11 9.500l1.500-1.5",
  run: "M2.500 3l4 4.5-4 4.500M8 13h5.500",
  setup: "M8 3v10M3 8h10",
  pools:
    "M8 2c3.300 0 6 .9 6 2s-2.7 2-6 2-6-.9-6-2 2.7-2 6-2ZM2 4v8c0 1.1 2.7 2 6 2s6-.9 6-2V4M2 8c0 1.1 2.7 2 6 2s6-.9 6-2",
  sync: "M2.500 8a5.500 5.5 0 0 1 9.5-3.800L14 6M14 2.500V6h-3.500M13.500 8a5.500 5.5 0 0 1-9.5 3.800L2 10M2 13.500V10h3.500",
  access: "M8 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM2.500 14c.5-3 2.7-4.5 5.5-4.500s5 1.5 5.5 4.5",
  objects: "M8 1.500l6 3v7l-6 3-6-3v-7zM2 4.500l6 3 6-3M8 7.500v7",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
  leave: "M6 2.500H3v11h3M9.500 5l3 3-3 3M12.500 8H6",
  system: "M2 3h12v8H2zM5.500 14h5M8 11v3",
  light:
    "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  dark: "M13.500 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z",
  search: "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2ZM10.500 10.500L14 14",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  check: "M2.500 8.500l3.500 3.5 7.5-8",
  warning: "M8 2l6.500 11.500h-13zM8 6.500v3M8 11.500v.5",
  chevron: "M6 3.500l4.500 4.500L6 12.5",
  clock: "M8 1.500a6.500 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.500V8l2.500 2",
  terminal: "M1.500 2.500h13v11h-13zM4 6l2 2-2 2M8 10h3",
  file: "M4 1.500h5l3.500 3.500v9.500H4zM9 1.500V5h3.500",
  download: "M8 2v8M4.500 7L8 10.5 11.5 7M2.500 13.500h11",
  play: "M4 2.500l9 5.5-9 5.500z",
  pause: "M4.500 3v10M11.500 3v10",
  trash: "M2.500 4h11M6 4V2.500h4V4M4 4l.7 9.500h6.600L12 4",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.500 5.500v-3h3M10.500 2.500h3v3M13.500 10.500v3h-3M5.500 13.500h-3v-3",
  table: "M2 3h12v10H2zM2 6.500h12M2 9.800h12M6.500 6.500V13",
  tree: "M8 2v4M3.500 10V8h9v2M8 6v4M2 10.500h3v3H2zM6.500 10.500h3v3h-3zM11 10.500h3v3h-3z",
  more: "M3 8h.5M8 8h.5M13 8h.5",
  undo: "M6 3L2.500 6.500 6 10M2.500 6.500h7a3.500 3.5 0 0 1 0 7H7",
  redo: "M10 3l3.500 3.500L10 10M13.500 6.500h-7a3.500 3.5 0 0 0 0 7H9",
} as const;

export type IconName = keyof typeof paths;

/** Beside a text it is decoration; alone its button needs a label. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
