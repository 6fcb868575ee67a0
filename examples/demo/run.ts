import { setFlagsFromString } from 'node:v8';
import type { Locale } from '../../src/index.ts';

/** What the demonstration was asked for. */
export interface DemoRequest {
  readonly locale: Locale;
  readonly json: boolean;
  /** A folder with CRM data to play instead of telling the story. */
  readonly data: string | null;
}

/**
 * Tells the story of one customer, or plays a company's data. Answers the exit code.
 *
 * @throws {Error} whose message names the cure, when there is nothing to play.
 */
export async function runDemo({ locale, json, data }: DemoRequest): Promise<0 | 1> {
  // Much of what is loaded and played is garbage at once: V8 would let 100 MB of it lie before it looks.
  setFlagsFromString('--semi-space-growth-factor=1');
  if (data === null) {
    const { runStory } = await import('./story.ts');
    return runStory(locale, json);
  }
  const { runCompany } = await import('./data/run-company.ts');
  return runCompany(data, locale, json);
}
