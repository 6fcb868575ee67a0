import type { StateCollection, StateDocuments } from '../../model/index.ts';
import type { StoredDocument } from '../../ports/index.ts';
import type { Session } from './session.ts';

/** The body of a document, its code checked unless these very bytes were checked before. */
export function authenticated(
  session: Session,
  name: string,
  document: StoredDocument,
): StateDocuments[StateCollection] {
  const known = session.documents.get(name);
  if (known !== undefined) {
    const { version, body, mac } = known.document;
    if (version === document.version && body === document.body && mac === document.mac) return known.body;
  }
  const body = session.codec.decode<StateDocuments[StateCollection]>(document);
  session.documents.set(name, { document, body });
  return body;
}
