/**
 * A mechanism that is switched off, to see that its absence is noticed: an invariant that nothing ever breaks may be one that
 * nobody looks at.
 *
 * | switched off  | what happens instead                                                 |
 * |---------------|----------------------------------------------------------------------|
 * | ledger        | agents do not write down what they begin                             |
 * | atomicity     | of a commit over three objects or more the store writes two          |
 * | room          | machines say that they have many more processors than there are      |
 * | reports       | agents say that a program is done as soon as it runs                 |
 * | fsync         | the server's disk acknowledges what is not on it                     |
 * | redial        | a machine that was lost is not tried again                           |
 * | removal       | agents give receipts for what they did not remove                    |
 * | autonomy      | agents stop everything when they hear no server                      |
 * | leases        | the uptime of machines stands still: no lease ever ends there        |
 * | waking        | what machines report of processes wakes no controller                |
 * | epochs        | a restored server counts epochs on from where the older copy was     |
 */
export type Mechanism =
  | "ledger"
  | "atomicity"
  | "room"
  | "reports"
  | "fsync"
  | "redial"
  | "removal"
  | "autonomy"
  | "leases"
  | "waking"
  | "epochs";

export interface Wiring {
  readonly broken?: Mechanism;
}
