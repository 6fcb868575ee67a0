/** Does `count` pieces of work by so many callers at a time; answers the seconds it took. */
export async function concurrently(
  count: number,
  callers: number,
  work: (at: number) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (performance.now() - start) / 1000;
}
