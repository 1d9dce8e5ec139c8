#pragma once

#include <optional>
#include <string_view>

#include "daemon/archive/redaction.h"
#include "daemon/render/v1_job.h"
#include "daemon/routes/call.h"

namespace jobledger::daemon::routes {

/// Reads jobs for /api/v1, as of a version. Throws projections::StorageError.
class V1Reader {
 public:
  /// Secrets of a body are for the worker that claims its job.
  enum class Secrets { hidden, shown };

  V1Reader(const Core& core, const Call& call, projections::LogReader& log, std::uint64_t version);

  /// By its uid, or else by its id.
  std::optional<ledger::JobNumber> find(std::string_view name) const;
  ledger::JobId id_of(ledger::JobNumber job) const;
  render::V1Job read(ledger::JobNumber job, Secrets secrets = Secrets::hidden);
  projections::JobRecord record(ledger::JobNumber job);

  /// The caller's latest claim of a job. Who has the same token and the same `nexrender-name` is
  /// the same worker.
  struct Claim {
    ledger::LeaseId lease;
    bool holds = false;      ///< the job is still rendering under it
    bool by_pickup = false;  ///< it took what came, and did not name the job
    bool by_name = false;    ///< the caller says who it is
    bool same_address = false;
  };
  std::optional<Claim> latest_claim_of_caller(ledger::JobNumber job);

 private:
  /// The entries that began a run of the job, latest first.
  std::vector<std::uint64_t> claim_entries(ledger::JobNumber job) const;
  std::string body(ledger::JobId job, Secrets secrets) const;
  std::string timings(ledger::JobNumber job);

  const Core& core_;
  const Call& call_;
  projections::LogReader& log_;
  const std::uint64_t version_;
  archive::Redaction::Names secret_members_;
};

/// The name of a worker of /api/v1, as its entries tell: what it calls itself, or its address.
const std::string& v1_worker(const ledger::Actor& actor);

}  // namespace jobledger::daemon::routes
