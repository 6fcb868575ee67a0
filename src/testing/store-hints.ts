/** What usually breaks each clause on stores, and what mends it. */
export const STORE_HINTS = {
  'ST-01': 'State `specificationVersion: "v1"` and every capability as true or false.',
  'ST-02':
    'A collation, a numeric column or a pattern compares the names: give columns a binary collation, use = and never LIKE.',
  'ST-03': 'A collation or a numeric column compares index names or keys: store them as bytes.',
  'ST-04':
    'A column or an index is shorter than 512 bytes and cuts: widen it, or index a hash beside the whole name.',
  'ST-05':
    'An encoding changes the text: store it as bytes or in full UTF-8 (utf8mb4), without trimming or normalising, and keep "" apart from NULL.',
  'ST-06':
    'The driver cuts at NUL or writes U+FFFD for a lone surrogate: refuse such texts before they are sent.',
  'ST-07':
    'The column of the code is too short, numeric, or takes "" for NULL: 64 characters, text, not null.',
  'ST-08':
    'The statement has too many parameters or the packet is too large: send rows in parts inside one transaction.',
  'ST-09': 'Lists of keys or subjects are kept in a column of 64 KiB: take a larger type, or a row for each.',
  'ST-10': 'A key, a cache or an index lacks the tenant: every statement names it.',
  'ST-11': 'Versions are compared by a collation or as numbers: compare bytes.',
  'ST-12':
    'Entry ids or subjects are compared by a collation, as numbers, or by LIKE in a list: a row for each subject, bytes compared.',
  'ST-13':
    'Names are joined by a character that names may hold: join by NUL, or write the length before each.',
  'ST-14':
    'The tenant runs into the next name, or is folded, decoded or used as the property of an object: join by NUL, use a Map.',
  'ST-15':
    'A JSON column or a parser writes the text anew: keep the text itself, in a text or binary column.',
  'ST-16':
    'Subjects are sorted, made unique, or joined by a comma: keep the list as JSON text beside the rows for look-up.',
  'ST-17':
    'A statement takes fewer parameters than a batch has parts: send them in parts inside one transaction.',
  'ST-18':
    'A large batch is written in several transactions: one transaction around all parts, rolled back on any failure.',
  'ST-19':
    'The column or the message is limited to 64 KiB or 1 MiB: take a type for long texts, raise the limit of the driver.',
  'ST-20':
    'The answer comes before the write, or reads go to a replica or an index that follows later: answer after the commit, read where you write.',
  'ST-21':
    'Checks are left out, or writes happened before them: look at all checks first, then write, in one transaction.',
  'ST-22':
    'The search stops at the first failed check, or checks of one document overwrite each other: evaluate each by itself.',
  'ST-23':
    'Counters or documents were written before the bound was known: compute all totals first, roll back on a bound.',
  'ST-24':
    'Checks come before the look for repetition, or repetition is forgotten once entries are sequenced: look for entry ids first.',
  'ST-25':
    'An insert ignores duplicates instead of comparing leaves: read the stored leaf and reject when it differs.',
  'ST-26':
    'Repetition is decided by one entry, or stored ones are skipped: all stored is a repetition, some stored is an error.',
  'ST-27': 'A hash of the batch decides repetition: only entries do.',
  'ST-28': 'Bounds are looked at before checks: conflict first, then bound.',
  'ST-29': 'Checks see what the batch itself writes: evaluate them on the state before it.',
  'ST-30': 'Old keys or fields stay when a document is written anew: replace all of them, also by none.',
  'ST-31':
    'Deleting leaves keys behind, or fails for what is absent: delete keys with the document, and ignore absence.',
  'ST-32': 'A tombstone or old keys outlive the deletion: a new document starts without either.',
  'ST-33':
    'The deletion matches a prefix, a pattern, or leaves out a part of the reference: compare tenant, collection and id for equality.',
  'ST-34': 'A repetition still writes a part: return before anything is written.',
  'ST-35': 'More or less than the leaf decides: compare its bytes, ignore code and subjects.',
  'ST-36':
    'Repetition is remembered in a window or a cache: the entries themselves are the memory, by a unique index on tenant and id.',
  'ST-37': 'An id is remembered before its commit went through: remember inside the same transaction.',
  'ST-39': 'Counters lie beside the documents: keep them among them, as a body that is a decimal integer.',
  'ST-40':
    'An absent counter is an error, or its value is kept as a float: start at 0, keep an integer, print it in decimal.',
  'ST-41':
    'An add that changes no value is skipped, or leaves the version alone: every add writes its version.',
  'ST-42':
    'The bound is compared with < instead of <=, or not for the first value: `WHERE value + by <= atMost`.',
  'ST-43':
    'Adds to one counter are summed up first: apply them one after the other, each with its bound and its version.',
  'ST-44': 'The search stops at the first bound: name every counter once.',
  'ST-45': 'Counters are 32-bit or floats: 64-bit integers, and numbers up to 2^53 - 1.',
  'ST-46':
    'The value is read first and written later: one conditional statement, or a lock held over both; try again on a lost race.',
  'ST-47': '0 is taken for "no bound", or a counter at 0 for absent: compare with null.',
  'ST-48': 'A bound is only looked at when moving towards it: compare the new value with both bounds.',
  'ST-49': 'Counters share a key: tenant, collection and id name one.',
  'ST-50':
    'Between check and write somebody else writes: a lock, a serializable transaction, or a conditional write over both.',
  'ST-51':
    'A commit is visible in parts, or `get` reads documents one by one: one transaction to write, one snapshot to read.',
  'ST-52':
    'Two equal batches pass the look for repetition together: a unique index on entry ids inside the same transaction.',
  'ST-53': 'The size is read first and moved later: `UPDATE … WHERE size = ?`, or a lock over both.',
  'ST-54':
    'Positions come from a sequence that leaves gaps or is not in the order of commits: number entries under the lock of the commit.',
  'ST-55':
    'Callers who share a commit share its failure: decide each batch by itself, and leave failed ones out.',
  'ST-56': 'Entries are ordered by a clock or by id: order them by the commits that staged them.',
  'ST-57':
    'Only documents that are written are locked (write skew under snapshot isolation): lock what is checked too, also when it is absent.',
  'ST-58':
    'The number of an entry is drawn before its checks are decided, or absence is not locked: number after the locks are held.',
  'ST-59': 'The number of an entry is drawn when the call comes in: draw it when the commit is applied.',
  'ST-60':
    'The answer has the order of the database, or one row for equal references: arrange it by what was asked.',
  'ST-61':
    'Objects of callers are kept or the store gives its own away: copy on the way in, copy or freeze on the way out.',
  'ST-62': 'A default page size or a limit of parameters cuts the answer: ask the database in parts.',
  'ST-64': 'A cache, also of absence or of pages, is not emptied by every kind of write: leave it out.',
  'ST-65': 'A cache of entries or of the size outlives a commit or a sequencing: leave it out.',
  'ST-66': 'Ranges are read one after the other: one snapshot for the whole call.',
  'ST-67': 'Documents are read after the hits: join them in one statement, or read both in one snapshot.',
  'ST-68': 'Entries are written or read one by one: one transaction, one snapshot.',
  'ST-70':
    'The order is that of a locale, of key and id alone, or of names joined by a character: bytes of key, collection, id.',
  'ST-71':
    'BETWEEN takes the upper bound in, or bounds change sides downwards: `key >= from AND key < to` in both directions.',
  'ST-72': 'The limit is one off, cut by a default page, or applied before the order: ORDER BY, then LIMIT.',
  'ST-73':
    'A page goes on after the key alone, or the limit comes before the position: `(key, collection, id) > (…)`.',
  'ST-74': 'The position replaces a bound of the range: keep both, whichever is further on counts.',
  'ST-75':
    'Lists are merged, left out when empty, or limited in number: one list for each range, in the order asked.',
  'ST-76':
    'Documents are given where references are wanted, or an index holds old copies: read the document of now, once for each key.',
  'ST-77': 'An index row is found by its key without the document: key, collection and id name one.',
  'ST-78': 'Limit, direction or position of one range is used for another: take each from its own range.',
  'ST-79': 'Keys are compared as numbers, by a locale or without case: compare bytes.',
  'ST-80': 'Entries are ordered by id or by time: by commit, and inside a batch as given.',
  'ST-81': 'The size that the caller names is not compared: any other size is a conflict, with the true one.',
  'ST-82': 'A limit of 0 is taken for none: compare the size and change nothing.',
  'ST-83': 'Nothing to do is taken for a conflict: answer `sequenced` with a count of 0.',
  'ST-84':
    'A number is drawn for a commit that fails afterwards: draw it last, under the lock, or number when sequencing.',
  'ST-85': 'Indexes are computed when read, from an order that changes: write them once.',
  'ST-90':
    'Staged entries show among sequenced ones, or a limit is one off: `index >= from AND index < size`.',
  'ST-91': 'The answer has the order of the database, or each id once: arrange it by what was asked.',
  'ST-92':
    'The position is taken in, 0 for null, or the limit comes before the direction: `index > after`, ORDER BY, then LIMIT.',
  'ST-93': 'Staged entries are ordered by id, or include sequenced ones: by commit, from the size on.',
  'ST-94':
    'A row for each mention of a subject answers the entry twice: one row for each subject of an entry.',
  'ST-95': 'Numbers are compared as texts: pad them, or use an integer column.',
  'ST-100': 'A handle reads from its own cache or snapshot: begin each read anew.',
  'ST-101': 'Each handle counts by itself: the database compares and adds.',
  'ST-102': 'The lock over check and write is one of the process: let the database lock.',
  'ST-103': 'Each handle remembers its own batches: a unique index on entry ids.',
  'ST-104': 'Each handle remembers the size or the next number: read both under the lock.',
  'ST-105': 'A handle remembers what another has changed: documents, absence, pages, entries or the size.',
  'ST-106':
    'A handle remembers which keys a document had: read them under the lock, or keep them in the row.',
  'ST-110': 'Something is only in memory, or written at the end: write all of it before the answer.',
  'ST-111':
    'After opening, a counter, the next number, the order of staged entries or the keys of a document start anew: read them from what is stored.',
  'ST-112': 'The last commit waits in a buffer: flush before the answer.',
  'ST-113':
    'What is read back after opening was written in another form: escape line ends, keep "" apart from absent, name the tenant in every record.',
  'ST-120': 'See the calls above: the model of the contract answers otherwise.',
  'ST-121': 'See the calls above: a handle remembers something, or two of them number by themselves.',
  'ST-122': 'See the calls above: something was lost or started anew when the store was opened again.',
  'ST-123':
    'Commits interfere, or the log has another order than they were applied in: lock what is checked and written, number under the lock.',
  'ST-124': 'Commits of several handles interfere: the database must lock, not the process.',
  'ST-130':
    'Counts come from statistics, or include what was deleted: count the rows of the tenant in one snapshot.',
  'ST-131':
    'A table, a cache or the size of the log is left out: remove every row that names the tenant, and forget it.',
  'ST-132':
    'Checks are not looked at, or after something is gone: all of them first, in the same transaction.',
  'ST-133':
    'Tables are emptied in another order: index keys and documents first, then entries, then the size of the log.',
  'ST-134':
    'The tenant is compared by a prefix, a pattern or a collation, or a table is locked: rows of one name, bytes compared.',
  'ST-135':
    'Another handle remembers what was removed, or it comes back after a restart: purge where commits are kept.',
  'ST-136': 'A commit comes between the checks and the removal: one transaction or one lock around both.',
} as const satisfies Readonly<Record<`ST-${number}`, string>>;
