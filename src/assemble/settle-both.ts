/** Both results; or the first error, once neither of the two is running any more. */
export async function settleBoth<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return await Promise.all([one, other]);
}
