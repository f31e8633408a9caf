import { type KindInfo, type KubeObject, kindByName } from "../../api/index.ts";
import { useMay } from "../live/use-may.ts";
import { useWorld } from "../live/use-world.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { confirm } from "./confirm.tsx";
import { openForm } from "./forms.tsx";
import { useAsInView } from "./in-view.ts";
import { type Offer, offersOf } from "./offers.ts";

export interface ActionMenuProps {
  readonly object: KubeObject;
  /** Where objects of a list do not say it themselves. */
  readonly kind?: KindInfo | undefined;
  /** What is wanted most often stands beside the menu, and the palette offers all of it: the page is about this object. */
  readonly isHead?: boolean;
}

/** Everything that can be done with an object, and that the user may do. */
export function ActionMenu({
  object,
  kind = kindByName(object.apiVersion, object.kind),
  isHead = false,
}: ActionMenuProps) {
  const { isPast } = useWorld();
  // What is over cannot be changed.
  if (kind === undefined || isPast) return null;
  return <KnownMenu object={object} kind={kind} isHead={isHead} />;
}

function KnownMenu({ object, kind, isHead }: Required<ActionMenuProps> & { readonly kind: KindInfo }) {
  useAsInView(kind, object, isHead);
  const offers = offersOf(kind, object);
  const [primary, rest] = isHead
    ? [offers.filter(({ isPrimary }) => isPrimary), offers.filter(({ isPrimary }) => isPrimary !== true)]
    : [[], offers];
  const label = isHead ? texts.more : texts.actionsOf(object.metadata.name ?? "");
  return (
    <div className="actions">
      {primary.map((offer) => (
        <OfferButton key={offer.text} offer={offer} kind={kind} object={object} />
      ))}
      {rest.length > 0 && (
        <Menu label={label}>
          {rest.map((offer) => (
            <OfferItem key={offer.text} offer={offer} kind={kind} object={object} />
          ))}
        </Menu>
      )}
    </div>
  );
}

interface OfferProps {
  readonly offer: Offer;
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

/** Does what is offered: at once after a look at what it will do, or after something is filled in. */
export function take({ offer, kind, object }: OfferProps): void {
  if (typeof offer.make === "string") openForm(offer.make, kind, object);
  else confirm(offer.make());
}

/** A kind of no namespace is asked for in none; what a machine's drain evicts is in all of them. */
function useMayTake({ offer, object }: OfferProps): boolean {
  const { verb, kind, subresource } = offer.needs;
  return useMay(verb, kind, object.metadata.namespace, { subresource });
}

function OfferButton(props: OfferProps) {
  if (!useMayTake(props)) return null;
  return (
    <Button onClick={() => take(props)}>
      <Icon name={props.offer.icon} />
      {props.offer.text}
    </Button>
  );
}

function OfferItem(props: OfferProps) {
  if (!useMayTake(props)) return null;
  return (
    <MenuItem icon={props.offer.icon} isDangerous={props.offer.isDangerous === true} onSelect={() => take(props)}>
      {props.offer.text}
    </MenuItem>
  );
}
