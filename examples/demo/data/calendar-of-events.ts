import type { Account, Company, Deal } from './company.ts';

/** What happens on one day, in this order. */
export interface Day {
  readonly on: string;
  /** Customers that their first agent registers; the agent's manager approves. */
  readonly registrations: { readonly account: Account; readonly owner: string }[];
  /** Other agents who begin to work on a customer. */
  readonly shares: { readonly account: string; readonly owner: string; readonly with: string }[];
  readonly orders: { readonly deal: Deal; readonly account: string }[];
}

/** The company's history, day by day, and what has no place in it. */
export interface History {
  readonly days: readonly Day[];
  /** Accounts that no deal names: nobody ever worked with them, so nobody can own them. */
  readonly ownerless: readonly Account[];
  /** Deals that name no account. */
  readonly withoutAccount: readonly Deal[];
  /** Deals without any date, which are told on the last day. */
  readonly undated: number;
  readonly agentsWithoutDeals: readonly string[];
  /** Owners by account. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Puts a company's deals in the order of their days. Whoever was engaged first with an account owns it. */
export function historyOf({ accounts, agents, deals }: Company): History {
  const days = new Map<string, Day>();
  const dayAt = (on: string): Day => {
    const day = days.get(on) ?? { on, registrations: [], shares: [], orders: [] };
    days.set(on, day);
    return day;
  };
  const dates = deals
    .flatMap(({ engagedOn, closedOn }) => [engagedOn, closedOn])
    .filter((day) => day !== null);
  const lastDay = dates.reduce((last, day) => (day > last ? day : last), dates[0] ?? '2026-01-01');
  const beganOn = ({ engagedOn, closedOn }: Deal): string => engagedOn ?? closedOn ?? lastDay;

  const byAccount = new Map<string, Deal[]>();
  for (const deal of deals) {
    if (deal.account === null) continue;
    const known = byAccount.get(deal.account);
    if (known === undefined) byAccount.set(deal.account, [deal]);
    else known.push(deal);
  }
  const owners = new Map<string, string>();
  for (const account of accounts) {
    const inOrder = [...(byAccount.get(account.name) ?? [])].sort((left, right) =>
      beganOn(left) < beganOn(right) ? -1 : beganOn(left) > beganOn(right) ? 1 : left.line - right.line,
    );
    const [first] = inOrder;
    if (first === undefined) continue;
    owners.set(account.name, first.agent);
    dayAt(beganOn(first)).registrations.push({ account, owner: first.agent });
    const known = new Set([first.agent]);
    for (const deal of inOrder) {
      if (!known.has(deal.agent))
        dayAt(beganOn(deal)).shares.push({ account: account.name, owner: first.agent, with: deal.agent });
      known.add(deal.agent);
      dayAt(deal.closedOn ?? beganOn(deal)).orders.push({ deal, account: account.name });
    }
  }
  const busy = new Set(deals.map(({ agent }) => agent));
  return {
    days: [...days.values()].sort((left, right) => (left.on < right.on ? -1 : 1)),
    ownerless: accounts.filter(({ name }) => !owners.has(name)),
    withoutAccount: deals.filter(({ account }) => account === null),
    undated: deals.filter(
      (deal) => deal.account !== null && deal.engagedOn === null && deal.closedOn === null,
    ).length,
    agentsWithoutDeals: agents.map(({ name }) => name).filter((name) => !busy.has(name)),
    owners,
  };
}
