import type { TenantId } from '../../kernel/index.ts';
import type { DocumentRef, StoredDocument } from '../../ports/index.ts';

/** Documents that one caller asks for. */
export interface DocumentQuestion {
  readonly tenant: TenantId;
  readonly refs: readonly DocumentRef[];
}

/** Callers' questions, gathered into shared statements. */
export interface ReadQueue {
  /** Answered by a statement that begins after the call. */
  get(question: DocumentQuestion): Promise<readonly (StoredDocument | null)[]>;
}

/** How a queue gathers. */
export interface ReadQueueOptions {
  /** Answers questions by one statement, one list for each. */
  readonly run: (
    questions: readonly DocumentQuestion[],
  ) => Promise<readonly (readonly (StoredDocument | null)[])[]>;
  /** Whether questions about different tenants may share a statement. */
  readonly mixesTenants: boolean;
}

interface Waiting {
  readonly question: DocumentQuestion;
  resolve(documents: readonly (StoredDocument | null)[]): void;
  reject(error: unknown): void;
}

/** So many statements are under way at a time; what is asked meanwhile is asked together. */
const MOST_ABREAST = 2;
const MOST_REFS = 1000;

/** Asks at once while few do, and together with others while many do: a round trip costs more than a document. */
export function readQueue({ run, mixesTenants }: ReadQueueOptions): ReadQueue {
  let queue: Waiting[] = [];
  let running = 0;

  async function runNext(): Promise<void> {
    const together = take(queue, mixesTenants);
    queue = queue.slice(together.length);
    running += 1;
    try {
      const answers = await run(together.map(({ question }) => question));
      for (const [at, { resolve }] of together.entries()) resolve(answers[at] ?? []);
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
    running -= 1;
    if (queue.length > 0) void runNext();
  }

  return {
    get: (question) =>
      new Promise((resolve, reject) => {
        queue.push({ question, resolve, reject });
        if (running < MOST_ABREAST) void runNext();
      }),
  };
}

/** The first of those who wait, as many as fit into one statement. */
function take(waiting: readonly Waiting[], mixesTenants: boolean): readonly Waiting[] {
  const [first] = waiting;
  let refs = 0;
  let count = 0;
  for (const { question } of waiting) {
    refs += question.refs.length;
    if (count > 0 && (refs > MOST_REFS || (!mixesTenants && question.tenant !== first?.question.tenant)))
      break;
    count += 1;
  }
  return waiting.slice(0, count);
}
