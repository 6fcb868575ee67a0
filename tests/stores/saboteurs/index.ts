import { saboteursOfCommits } from './commits.ts';
import { saboteursOfCounters } from './counters.ts';
import { saboteursOfHandles, saboteursOfRestarts } from './handles.ts';
import { saboteursOfIndexes } from './indexes.ts';
import { saboteursOfLogs } from './logs.ts';
import { saboteursOfMemories } from './memories.ts';
import { saboteursOfNames } from './names.ts';
import { saboteursOfRaces } from './races.ts';
import { saboteursOfRepetitions } from './repetitions.ts';
import type { Saboteur } from './saboteur.ts';
import { saboteursOfTexts } from './texts.ts';
import { saboteursOfWholeTenants } from './whole-tenants.ts';

/** Broken stores of every kind that we could think of. */
export const saboteurs: readonly Saboteur[] = [
  ...saboteursOfNames,
  ...saboteursOfTexts,
  ...saboteursOfCommits,
  ...saboteursOfRepetitions,
  ...saboteursOfCounters,
  ...saboteursOfRaces,
  ...saboteursOfMemories,
  ...saboteursOfIndexes,
  ...saboteursOfLogs,
  ...saboteursOfHandles,
  ...saboteursOfRestarts,
  ...saboteursOfWholeTenants,
];
