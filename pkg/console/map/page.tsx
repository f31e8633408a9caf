import type { PageProps } from "../app/page-props.ts";

export default function Page(_props: PageProps) {
  return null;
}
