// The service that restate calls: a family waits for ten children, a child waits until it is cancelled.
// Argument: the port.
const HOUR_MS = 3_600_000;

// The SDK is written for Node 22; Debian 12 has 18.
Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new this((resolve, reject) => { settle = { resolve, reject }; });
  return { promise, ...settle };
};
const restate = await import('@restatedev/restate-sdk');

const job = restate.service({
  name: 'job',
  handlers: {
    child: (context) => context.sleep(HOUR_MS),
    family: async (context, { children }) => {
      const client = context.serviceClient({ name: 'job' });
      await restate.RestatePromise.all(children.map((child) => client.child(child)));
    },
  },
});
await restate.serve({ services: [job], port: Number(process.argv[2]) });
