import type { Folds } from '../model/index.ts';
import { contestFolds } from './contest-folds.ts';
import { erasureFolds } from './decide-erasure.ts';

/** What the entries of this area do to the state. */
export const privacyFolds: Folds = { ...erasureFolds, ...contestFolds };
