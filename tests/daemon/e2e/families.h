#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "team.h"
#include "tests/support/family_model.h"
#include "tests/support/linearizability.h"

namespace jobledger::daemon::e2e {

using tests::FamilyModel;
using tests::FamilyOperation;
using FamilyCall = tests::Recorded<FamilyOperation>;

/// What is asked of the daemon in one operation on a family.
struct FamilyRequest {
  FamilyOperation operation;
  std::string method = "GET";
  std::string target;
  std::string body;
  Headers headers;

  bool reads() const { return method == "GET"; }
};

/// A batch of trees that many clients work on at the same time, and the history of what they did.
/// Any thread.
class Family {
 public:
  Family(const std::string& notation, const std::string& tag);

  /// The first request, to be asked by one client before all others.
  FamilyRequest creation() const;
  /// One that makes some sense, drawn by chance.
  FamilyRequest draw(std::mt19937_64& random);
  /// All jobs, by their statuses, as of a version.
  FamilyRequest listing(std::uint64_t version) const;

  /// Puts the answer into the operation. Throws if it is none that there should ever be.
  void read(FamilyOperation& operation, const Answer& answer);
  void record(FamilyCall call, std::int64_t version);

  bool is_created() const;
  std::size_t begun() const;
  const FamilyModel& model() const { return model_; }

  // Once nobody works on it any more.
  const std::vector<FamilyCall>& history() const { return history_; }
  /// `Ledger-Version` of each answer, by the place of its call; -1 without one.
  const std::vector<std::int64_t>& versions() const { return versions_; }
  std::string text() const;

 private:
  using Kind = FamilyOperation::Kind;
  struct Lease {
    int job;
    int claim;
    std::string id;
  };

  FamilyRequest change(Kind kind, int job);
  FamilyRequest finish_of(const Lease& lease);
  std::string letters_of(const Json& jobs, std::size_t most) const;
  std::vector<int> places_of(const Json& jobs) const;
  void keep_ids(const Json& created);

  const std::string notation_;
  const std::string tag_;
  const FamilyModel model_;
  mutable std::mutex mutex_;
  std::string batch_;
  std::vector<std::string> ids_;  ///< by place
  std::map<std::string, int> places_;
  std::vector<Lease> leases_;
  int claims_ = 0;
  std::size_t begun_ = 0;
  std::vector<FamilyCall> history_;
  std::vector<std::int64_t> versions_;
};

}  // namespace jobledger::daemon::e2e
