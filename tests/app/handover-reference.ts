/** People, ownership and handover in plain words: what the keeper is compared with. */
export type Party = 'supervisor' | 'hr' | 'finance';
export interface Item {
  status: 'pending' | 'prepared' | 'offered' | 'returned' | 'transferred' | 'pooled';
  /** To whom it goes, or `pool`. */
  to: string | null;
  /** Whether somebody disposed of it here: what others moved is theirs to answer for. */
  ours: boolean;
  last: number;
}
export interface Case {
  state: 'preparing' | 'cleared' | 'forced' | 'withdrawn';
  episode: number;
  items: Map<string, Item>;
  signed: Map<Party, { people: string[]; seen: string }>;
}
export type Bug = keyof typeof RULES | null;

/** The rules that a bug can be planted in, by the name of what is then no longer so. */
export const RULES = {
  'who leaves decides nothing': true,
  'nobody gets what they propose': true,
  'who leaves gets nothing': true,
  'only the receiver accepts': true,
  'nobody signs for two': true,
  'who gains does not sign': true,
  'the leaver does not sign': true,
  'a change voids signatures': true,
  'a withdrawal gives back': true,
  'what is acquired joins': true,
} as const;

const MANAGER: Record<string, string> = { dana: 'boss', eve: 'boss', finn: 'boss', boss: 'chief' };
const RIGHTS: Record<string, readonly string[]> = {
  hr: ['people', 'hr'],
  fin: ['finance'],
  ada: ['people', 'hr', 'finance', 'supervisor'],
};

export class Reference {
  readonly status = new Map<string, 'active' | 'on_notice' | 'departed'>();
  readonly episode = new Map<string, number>();
  readonly owner = new Map<string, string>();
  readonly cases = new Map<string, Case>();
  readonly standIn = new Map<string, string>();
  clock = 0;
  readonly bug: Bug;
  constructor(bug: Bug = null) {
    this.bug = bug;
  }
  is(person: string): 'active' | 'on_notice' | 'departed' {
    return this.status.get(person) ?? 'active';
  }
  /** Whose place somebody may take: their own, and of those they stand in for. */
  places(person: string): string[] {
    if (this.is(person) !== 'active') return [person];
    return [
      person,
      ...[...this.standIn]
        .filter(([from, to]) => to === person && from !== person && this.is(from) !== 'departed')
        .map(([from]) => from),
    ];
  }
  above(person: string, below: string): boolean {
    for (let next = MANAGER[below]; next !== undefined; next = MANAGER[next])
      if (next === person) return this.is(person) === 'active';
    return false;
  }
  stays(person: string): boolean {
    return (
      this.is(person) === 'active' ||
      (this.is(person) === 'on_notice' && this.bug === 'who leaves decides nothing')
    );
  }
  manages(by: string, leaver: string): boolean {
    if (this.places(by).includes(leaver) || !this.stays(by)) return false;
    return (
      this.places(by).some(
        (place) =>
          this.above(place, leaver) ||
          (this.bug === 'who leaves decides nothing' &&
            MANAGER[leaver] === place &&
            this.is(place) === 'on_notice'),
      ) || (RIGHTS[by] ?? []).includes('people')
    );
  }
  work(leaver: string): Case | null {
    const open = this.cases.get(leaver);
    return open !== undefined &&
      (open.state === 'preparing' || open.state === 'forced') &&
      open.episode === (this.episode.get(leaver) ?? 1)
      ? open
      : null;
  }
  touch(item: Item, status: Item['status'], to: string | null = item.to): void {
    Object.assign(item, { status, to, last: ++this.clock });
  }
  /** What was acquired joins, what others moved is noted. */
  sync(leaver: string): void {
    const open = this.cases.get(leaver);
    if (open === undefined || !this.work(leaver)) return;
    for (const [customer, owner] of this.owner)
      if (owner === leaver && !open.items.has(customer) && this.bug !== 'what is acquired joins')
        open.items.set(customer, { status: 'pending', to: null, ours: false, last: ++this.clock });
    for (const [customer, item] of open.items) {
      const now = this.owner.get(customer) as string;
      const expected = item.status !== 'pending' && item.to === now && now !== 'pool';
      if (isDone(item) || now === leaver || expected) continue;
      this.touch(item, now === 'pool' ? 'pooled' : 'transferred', now);
      item.ours = false;
    }
  }
  seen({ items }: Case): string {
    return this.bug === 'a change voids signatures'
      ? 'same'
      : [...items]
          .map(([id, { last }]) => `${id}.${last}`)
          .sort()
          .join();
  }
  gainers({ items }: Case): Set<string | null> {
    return new Set([...items.values()].map(({ to }) => to));
  }
  maySign(by: string, party: Party, leaver: string): boolean {
    const open = this.cases.get(leaver);
    if (open?.state !== 'preparing') return false;
    const places = this.places(by);
    if (places.includes(leaver) && this.bug !== 'the leaver does not sign') return false;
    if (this.is(by) !== 'active' && !(this.bug === 'the leaver does not sign' && by === leaver)) return false;
    const place = party === 'supervisor' ? places.find((one) => this.above(one, leaver)) : undefined;
    if (place === undefined && !(RIGHTS[by] ?? []).includes(party) && this.bug !== 'the leaver does not sign')
      return false;
    if ([...open.items.values()].some((item) => !isDone(item))) return false;
    const people = [by, ...(place === undefined ? [] : [place])];
    const valid = [...open.signed].filter(([, { seen }]) => seen === this.seen(open));
    if (valid.some(([signed]) => signed === party)) return false;
    if (
      this.bug !== 'nobody signs for two' &&
      valid.some(([, other]) => other.people.some((person) => people.includes(person)))
    )
      return false;
    if (this.bug !== 'who gains does not sign' && places.some((one) => this.gainers(open).has(one)))
      return false;
    if ([...this.owner.values()].includes(leaver)) return false;
    open.signed.set(party, { people, seen: this.seen(open) });
    const complete = (['supervisor', 'hr', 'finance'] as const).every(
      (one) => open.signed.get(one)?.seen === this.seen(open),
    );
    if (complete) open.state = 'cleared';
    return true;
  }
}

export const isDone = ({ status }: Item): boolean => status === 'transferred' || status === 'pooled';
