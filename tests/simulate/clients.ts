import { isGamekeeperError, type Result } from '../../src/index.ts';
import { PROCESS_GONE } from '../../src/testing/simulation/index.ts';
import { type Command, makeCommand } from './commands.ts';
import { customerOf, maySee, personOf } from './relations.ts';
import { CUSTOMERS, canariesIn, TENANTS } from './scene.ts';
import type { FollowingView } from './view.ts';
import type { Station, World } from './world.ts';

/** Errors by which a keeper may say that it did not do it, or does not know: never anything else. */
const FAILURES = ['ERR_STORE_FAILED', 'ERR_SIGNER_FAILED', 'ERR_REFUSED', 'ERR_CLOSED'];
/** What it hangs on who may see what. */
const DECIDES = ['customer', 'employee', 'claim'];
/** Nobody waits longer than this for an answer, whatever is down: a pause of the process, and every time-out there is. */
const PATIENCE_MS = 15 * 60_000;

/** A question under way, and what its answer may hold: whatever was the asker's to see at some moment of it. */
interface Pending {
  readonly view: FollowingView;
  readonly employee: string | null;
  /** `customer field` pairs. */
  readonly seen: Set<string>;
  /** Whether the asker was employed at some moment of it. */
  employed: boolean;
}

/** Those who ask: each one question after the other, of any process. */
export interface Clients {
  /** Asks so many questions, one after the other, and pauses in between. */
  run(questions: number): Promise<void>;
  /** Asks one question of one process. Answers what came of it. */
  ask(station: Station, tenant: string, command: Command, key: string | undefined): Promise<string>;
}

/** Clients of a world. */
export function createClients(world: World): Clients {
  const { breach, simulation, stations, views } = world;
  const { dice } = simulation;
  const pending = new Set<Pending>();
  const answers = new Map<string, string>();
  let asked = 0;
  let questions = 0;

  const look = (one: Pending): void => {
    const { employee, seen, view } = one;
    const person = employee === null ? null : personOf(view, employee);
    if (person === null || person.status === 'departed') return;
    one.employed = true;
    for (const id of CUSTOMERS) {
      const customer = customerOf(view, id);
      if (customer === null) continue;
      for (const field of ['phone', 'need'])
        if (maySee(view, person, customer, field)) seen.add(`${id} ${field}`);
    }
  };
  world.onCommit((view, batch) => {
    if (!batch.puts.some(({ ref }) => DECIDES.includes(ref.collection))) return;
    for (const one of pending) if (one.view === view) look(one);
  });

  /** What an answer shows must have been the asker's to see while it was worked out. */
  const checkAnswer = (name: string, value: unknown, one: Pending): void => {
    if (one.employee !== null && !one.employed)
      breach('revocation is immediate', `${name} was granted to ${one.employee}, who is not employed`);
    for (const { field, subject, tenant } of canariesIn(JSON.stringify(value) ?? '')) {
      if (tenant !== one.view.tenant)
        breach('privacy', `${name} in ${one.view.tenant} showed ${field} of ${tenant}`);
      else if ((field === 'phone' || field === 'need') && !one.seen.has(`${subject} ${field}`))
        breach('revocation is immediate', `${name} showed ${one.employee} the ${field} of ${subject}`);
    }
  };

  /** What was acknowledged lies in the store by then, as done; a key was answered by one entry for ever. */
  const checkAcknowledged = (
    name: string,
    value: unknown,
    view: FollowingView,
    key: string | undefined,
  ): void => {
    const entries = entriesIn(value);
    for (const entry of entries) {
      if (view.entries.get(entry)?.outcome !== 'done')
        breach('acknowledged means durable', `${name} was answered with ${entry}, which is not in the store`);
    }
    if (key === undefined || entries.length === 0) return;
    const before = answers.get(key);
    if (before !== undefined && before !== entries[0])
      breach('no quota over-issued', `${name} was done twice under one key: ${before} and ${entries[0]}`);
    answers.set(key, entries[0] as string);
  };

  const failed = (name: string, error: unknown): string => {
    if ((error as Error).message === PROCESS_GONE) return 'process gone';
    const { code, message, stack } = error as Error & { readonly code?: string };
    const told = `${message} ${String((error as Error).cause ?? '')}`;
    if (told.includes('CANARY')) breach('privacy', `an error of ${name} tells a personal value`);
    if (!isGamekeeperError(error)) breach('deny by default', `${name} failed without a code: ${stack}`);
    else if (code === 'ERR_STORE_CORRUPT')
      breach('tamper-evident', `${name} accuses a store that nobody touched: ${message}`);
    else if (!FAILURES.includes(code ?? ''))
      breach('deny by default', `${name} failed by ${code}: ${message}`);
    return code ?? 'failed';
  };

  const ask: Clients['ask'] = async (station, tenant, command, key) => {
    const view = views.get(tenant) as FollowingView;
    const { actor, name } = command;
    const employee = 'employee' in actor ? actor.employee : null;
    const one: Pending = { view, employee, seen: new Set(), employed: false };
    look(one);
    pending.add(one);
    const begun = simulation.now();
    simulation.note(`${station.process.name} ${tenant} asked by ${employee ?? 'a service'}: ${name}`);
    let outcome: string;
    try {
      questions += 1;
      const requestId = key ?? `question-${questions}`;
      const acting = station.keeper().as({ tenant, ...actor, requestId });
      const result = await station.process.ask(() => command.ask(acting, key));
      outcome = outcomeOf(result);
      if (result.ok) {
        if (outcome === 'granted') checkAnswer(name, result.value, one);
        checkAcknowledged(name, result.value, view, key);
      } else if (JSON.stringify(result.error).includes('CANARY')) {
        breach('privacy', `a refusal of ${name} tells a personal value`);
      }
      if (employee === 'nobody' && outcome === 'granted')
        breach('deny by default', `${name}, and it was granted`);
    } catch (error) {
      outcome = failed(name, error);
    }
    pending.delete(one);
    if (simulation.now() - begun > PATIENCE_MS)
      breach('deny by default', `${name} was answered after ${simulation.now() - begun} ms`);
    simulation.count(outcome === 'granted' ? 'granted' : outcome.startsWith('ERR_') ? 'failed' : 'refused');
    simulation.note(
      `${station.process.name} ${tenant} answered ${employee ?? 'a service'}: ${name}: ${outcome}`,
    );
    return outcome;
  };

  /** A keeper's own work, by which a host's scheduler calls. */
  const operate = async (station: Station, tenant: string): Promise<void> => {
    const keeper = station.keeper();
    const what = dice.pick(['sweep', 'sweep', 'sweep', 'seal', 'verify'] as const);
    try {
      const report = await station.process.ask<unknown>(() => keeper[what](tenant));
      if (what === 'verify') checkVerified(world, tenant, report);
      if (what === 'sweep') checkSwept(report as { failed: readonly { place: string; error: unknown }[] });
    } catch (error) {
      failed(what, error);
    }
    simulation.note(`${station.process.name} ${tenant} ${what} over`);
  };

  /** One item may fail in a sweep, for a reason that has a code. */
  const checkSwept = ({ failed: items }: { failed: readonly { place: string; error: unknown }[] }): void => {
    for (const { error, place } of items) failed(`sweep of ${place}`, error);
  };

  return {
    ask,
    async run(questions) {
      for (let at = 0; at < questions; at += 1) {
        await simulation.sleep(dice.below(dice.once(6) ? 3_000 : 100));
        const tenant = dice.once(4) ? dice.pick(TENANTS) : TENANTS[0];
        if (dice.once(14)) {
          await operate(dice.pick(stations), tenant);
          continue;
        }
        asked += 1;
        const at = new Date(simulation.startAt + simulation.now()).toISOString();
        const view = views.get(tenant) as FollowingView;
        const command = makeCommand({ dice, view, number: asked, at });
        const key = command.keyed && dice.once(2) ? `key-${asked}` : undefined;
        let outcome = await ask(dice.pick(stations), tenant, command, key);
        // Whoever does not know what came of it asks again, of whichever process answers.
        for (let retry = 0; retry < 3 && key !== undefined && isUnknown(outcome); retry += 1) {
          simulation.count('asked again');
          await simulation.sleep(dice.below(2_000));
          outcome = await ask(dice.pick(stations), tenant, command, key);
        }
      }
    },
  };
}

/** `granted`, or why not; of a batch without a single success what became of the first. */
function outcomeOf(result: Result<unknown, { readonly code: string }>): string {
  if (!result.ok) return result.error.code;
  const items = (result.value as { readonly items?: readonly { readonly result?: typeof result }[] } | null)
    ?.items;
  if (!Array.isArray(items) || items.length === 0) return 'granted';
  const refused = items.map((item: { readonly result?: Result<unknown, { readonly code: string }> }) =>
    item.result?.ok === false ? item.result.error.code : null,
  );
  return refused.every((code) => code !== null) ? (refused[0] as string) : 'granted';
}

function isUnknown(outcome: string): boolean {
  return outcome === 'process gone' || outcome.startsWith('ERR_');
}

/** A store that nobody touched verifies. */
export function checkVerified({ breach }: World, tenant: string, report: unknown): void {
  const { findings, status } = report as { status: string; findings: readonly object[] };
  if (status !== 'ok')
    breach(
      'tamper-evident',
      `${tenant} does not verify, and nobody touched it: ${JSON.stringify(findings.slice(0, 3))}`,
    );
}

/** The ids of the entries that an answer names, of every item of a batch. */
function entriesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { entry, items } = value as { entry?: unknown; items?: unknown };
  const own = typeof entry === 'string' ? [entry] : [];
  if (!Array.isArray(items)) return own;
  return [
    ...own,
    ...items.flatMap((item: { result?: { ok: boolean; value?: unknown } }) =>
      item?.result?.ok === true ? entriesIn(item.result.value) : [],
    ),
  ];
}
