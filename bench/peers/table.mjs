// Reads the JSON lines of all rounds, and prints their medians as one table.
import { readFileSync } from 'node:fs';

const CREATE = 'create a tree of 11';
const CANCEL = 'cancel a tree of 11';
const REFERENCE = /^PostgreSQL /;

const lines = readFileSync(0, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const linesOf = (peer, work, clients) =>
  lines.filter((line) => line.peer === peer && line.work === work && line.clients === clients);
const medianOf = (found, field) => median(found.map((line) => line[field]));

/// Formed within each round first, as what else the machine does differs from round to round.
function timesReference(cancels, reference) {
  const quotients = cancels.flatMap(({ round, perSecond }) => {
    const other = reference.find((line) => line.round === round);
    return other ? [perSecond / other.perSecond] : [];
  });
  return quotients.length > 0 ? shown(median(quotients)) : '';
}

function shown(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 1 ? String(Number(value.toPrecision(3))) : value.toPrecision(2);
}

const peers = [...new Set(lines.map(({ peer }) => peer))];
const clientCounts = [...new Set(lines.map(({ clients }) => clients))];
const reference = peers.find((peer) => REFERENCE.test(peer));

const columns = [
  'peer', 'clients', 'creates a second', 'cancels a second', 'p50 ms', 'p99 ms',
  'times PostgreSQL (cancels)',
];
console.log(`| ${columns.join(' | ')} |`);
console.log(`|---|${'---:|'.repeat(columns.length - 1)}`);
for (const clients of clientCounts) {
  for (const peer of peers) {
    const creates = linesOf(peer, CREATE, clients);
    const cancels = linesOf(peer, CANCEL, clients);
    if (cancels.length === 0) continue; // the lines of a run that was interrupted
    const cells = [
      peer, clients, shown(medianOf(creates, 'perSecond')), shown(medianOf(cancels, 'perSecond')),
      shown(medianOf(cancels, 'p50Ms')), shown(medianOf(cancels, 'p99Ms')),
      timesReference(cancels, linesOf(reference, CANCEL, clients)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
