import type { Locale } from '../../src/index.ts';
import { runCompany } from './data/run-company.ts';
import { runStory } from './story.ts';

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
  return data === null ? runStory(locale, json) : runCompany(data, locale, json);
}
