// The work that every peer does: trees of one parent and ten children, created, then cancelled by
// clients that each wait for their answer.

export const CHILDREN = 10;
export const TREE = 1 + CHILDREN;

const WARM_UP_SECONDS = 0.5;

/// What a job is about, as the daemon's own load generator sends it.
export const template = { id: '01JTA1D8P2Q4VHWR4V3GZ1S8MX', composition: 'main' };
export const parentBody = { template, tags: ['bench'] };
export const childBody = (number) => ({ layerName: `c${number}`, template });
export const childNumbers = Array.from({ length: CHILDREN }, (_, index) => index + 1);

/// Each client does one after the other, until the time is over or nothing is left. What the peer has
/// still to do after its answers, `settle` waits for, and that counts as time too.
async function drive({ clients, seconds, isLeft = () => true, one, settle = async () => {} }) {
  const millis = [];
  const begun = performance.now();
  const deadline = begun + 1000 * seconds;
  const client = async (number) => {
    while (performance.now() < deadline && isLeft()) {
      const sent = performance.now();
      await one(number);
      millis.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  await settle();
  return { millis, seconds: (performance.now() - begun) / 1000 };
}

/// In random order, as nobody cancels in the order of creation.
export function shuffle(list) {
  for (let last = list.length - 1; last > 0; --last) {
    const other = Math.floor(Math.random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
}

/// `peer` has create(client) for a tree and cancel(client, tree), which throw if an answer is wrong,
/// and check(trees), which throws unless every job of these trees is cancelled or gone. allCreated
/// and allCancelled are for a peer that answers before it has done what it was asked; beforeCancels is
/// for upkeep, and its time does not count.
export async function measureTrees({ clients, seconds }, peer) {
  const createMany = async (time) => {
    const trees = [];
    const measured = await drive({
      clients,
      seconds: time,
      one: async (client) => { trees.push(await peer.create(client)); },
      settle: () => peer.allCreated?.(trees),
    });
    shuffle(trees);
    await peer.beforeCancels?.();
    return { trees, measured };
  };
  const cancelMany = async (trees, time) => {
    let next = 0;
    const measured = await drive({
      clients,
      seconds: time,
      isLeft: () => next < trees.length,
      one: (client) => peer.cancel(client, trees[next++]),
      settle: () => peer.allCancelled?.(trees.slice(0, next)),
    });
    await peer.check(trees.slice(0, next));
    return measured;
  };

  // Compiles the code of the clients, fills caches, opens connections.
  const warm = await createMany(WARM_UP_SECONDS);
  await cancelMany(warm.trees, WARM_UP_SECONDS);
  const { trees, measured: created } = await createMany(seconds);
  const cancelled = await cancelMany(trees, seconds);
  return { created, cancelled };
}

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export function summary({ millis, seconds }) {
  if (millis.length === 0) throw new Error('nothing was measured: give it more seconds');
  const sorted = Float64Array.from(millis).sort();
  const rounded = (value) => Number(value.toPrecision(4));
  return {
    cascades: millis.length,
    perSecond: rounded(millis.length / seconds),
    p50Ms: rounded(quantile(sorted, 0.5)),
    p99Ms: rounded(quantile(sorted, 0.99)),
  };
}
