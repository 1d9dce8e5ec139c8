@0xc7f1a6e7b0a94d21;

# The bytes of an entry of the ledger, as stored and as hashed: a flat Cap'n Proto message of one
# segment. Fields are only ever added, and a number never gets another meaning: what is stored is
# read for ever. Enumerations are plain numbers here; ledger/*.h name them and keep them.
#
# An event is five words, since a cascade has thousands of them; whatever only some kinds carry is
# behind its pointer.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("jobledger::schema");

struct Id {
  high @0 :UInt64;
  low @1 :UInt64;
}

struct Entry {
  index @0 :UInt64;
  time @1 :Int64;            # milliseconds since 1970, never back from entry to entry
  saltHigh @2 :UInt64;       # 16 random bytes, so that a public leaf confirms no guess
  saltLow @3 :UInt64;
  rulesVersion @4 :UInt16;
  commandKind @5 :UInt8;     # ledger/command.h
  refused @6 :Bool;
  refusalCode @7 :UInt8;     # ledger/refusal.h; meaningful if refused
  rules @8 :Rules;
  actor @9 :Actor;
  requestId @10 :Text;
  traceparent @11 :Text;
  reason @12 :Text;
  idempotency @13 :Idempotency;
  command @14 :Command;
  refusal @15 :Refusal;
  events @16 :List(Event);
}

struct Rules {
  maxJobsPerEntry @0 :UInt32;
  progressStep @1 :UInt32;
  leaseSeconds @2 :UInt32;
  onChildError @3 :UInt8;
  idempotencyTtlMs @4 :Int64;
  outputUrlTemplate @5 :Text;
  maxAttempts @6 :UInt16;    # 0: no limit
}

struct Actor {
  kind @0 :UInt8;            # ledger/actor.h
  scopes @1 :UInt16;
  tokenHigh @2 :UInt64;
  tokenLow @3 :UInt64;
  team @4 :Text;
  name @5 :Text;
  onBehalfOf @6 :Text;
  address @7 :Text;
  client @8 :Text;
  confirmAbove @9 :UInt32;   # jobs one cancel may take without a plan; 0: any number
}

struct Idempotency {
  key @0 :Text;
  fingerprint @1 :Data;      # SHA-256
  expires @2 :Int64;
}

struct Command {
  subjects @0 :List(Id);
  requested @1 :UInt32;      # of an accepted CancelJobs: its first events are what was named
  number @2 :UInt32;
  impossible @3 :List(Text);
  tags @4 :List(Text);
  lease @5 :Id;
  text @6 :Text;
  more @7 :More;             # of the kinds that have any of it
}

# Entries from before this was there are a word shorter; they read as if it were empty.
struct More {
  entry @0 :UInt64;          # the earlier entry that the command is about
  plan @1 :UInt64;           # the version of the plan it was to confirm
  hasEntry @2 :Bool;
  hasPlan @3 :Bool;
  stopRunning @4 :Bool;      # of a cancel
}

struct Refusal {
  limit @0 :UInt64;
  offenders @1 :List(Offender);
}

struct Offender {
  id @0 :Text;
  status @1 :UInt8;
  hasEntry @2 :Bool;
  place @3 :UInt32;
  entry @4 :UInt64;
  note @5 :Text;
  code @6 :Text;
}

struct Event {
  subjectHigh @0 :UInt64;
  subjectLow @1 :UInt64;
  number @2 :UInt32 = 0xffffffff;   # the job's place in the order of creation
  via @3 :UInt32 = 0xffffffff;      # the place in this list of what pulled the job in
  kind @4 :UInt8;                   # ledger/event.h
  cause @5 :UInt8;
  before @6 :UInt8;                 # ledger/status.h
  after @7 :UInt8;
  detail @8 :Detail;
}

struct Detail {
  union {
    submission @0 :Submission;
    batch @1 :Batch;
    claim @2 :Claim;
    progress @3 :Progress;
    end @4 :End;
    token @5 :Token;
    key @6 :Key;
    restoration @7 :Restoration;
    cut @8 :Cut;
    webhook @9 :Webhook;
  }
}

struct Submission {
  priority @0 :Int32;
  totalAssets @1 :UInt32;
  hasBatch @2 :Bool;
  batchIndex @3 :UInt32;
  batchHigh @4 :UInt64;
  batchLow @5 :UInt64;
  templateId @6 :Text;
  outputUrl @7 :Text;
  tags @8 :List(Text);
  payloadHash @9 :Data;      # SHA-256(salt, id of the job, payload)
}

struct Batch {
  total @0 :UInt32;
  errors @1 :List(ItemError);
}

struct ItemError {
  index @0 :UInt32;
  code @1 :Text;
  message @2 :Text;
}

struct Claim {
  leaseHigh @0 :UInt64;
  leaseLow @1 :UInt64;
  leaseSeconds @2 :UInt32;
}

struct ProgressLink {
  progress @0 :UInt32;
  entry @1 :UInt64;
}

struct Progress {
  progress @0 :UInt32;
  previous @1 :ProgressLink;
}

struct End {
  outputUrl @0 :Text;
  error @1 :Text;
  progress @2 :ProgressLink;
}

struct Token {
  team @0 :Text;
  name @1 :Text;
  scopes @2 :UInt16;
  hash @3 :Data;
  hasExpiry @4 :Bool;
  expires @5 :Int64;
  confirmAbove @6 :UInt32;   # see Actor
}

# Verifier keys of signed notes: what signed checkpoints, and what signs them from here on.
struct Key {
  before @0 :Text;
  after @1 :Text;
}

# Where a ledger was restored from.
struct Restoration {
  backup @0 :Text;           # its name
  taken @1 :Int64;           # milliseconds since 1970
  origin @2 :Text;           # of the ledger that the backup is of
  version @3 :UInt64;        # of that ledger, up to which this one goes
  root @4 :Data;             # of that ledger at this version: SHA-256
}

# What a repair put aside.
struct Cut {
  version @0 :UInt64;        # that the ledger was cut to
  root @1 :Data;             # at this version: SHA-256
  entries @2 :UInt64;        # put aside, as far as they could be counted
  bytes @3 :UInt64;          # put aside
  damage @4 :Text;           # that was the reason
  putAside @5 :Text;         # where that is
}

# What a team is told of, and where.
struct Webhook {
  url @0 :Text;
  events @1 :UInt16;         # bits: ledger/webhook.h
}
