#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "bench/load.h"

namespace jobledger::bench {

/// What every request carries beside its body.
struct Caller {
  std::string token;
};

/// The bytes of a request such as "GET /path"; one with another method has a body of JSON.
std::string request_of(const Caller& caller, const std::string& line, const std::string& body = "");

// The bodies that are sent. All are valid jobs of the Nexrender API v2.
std::string single_job(const std::string& tag = "bench");
/// One parent and `jobs` - 1 children below it.
std::string tree_of(std::size_t jobs);
/// A batch of `jobs` bodies.
std::string batch_of(std::size_t jobs, const std::string& body);

/// A request in whose line there is an id, for which a `*` stands.
class RequestWithId {
 public:
  explicit RequestWithId(const std::string& request);
  /// Puts the id into `request`, which is empty or has another one.
  void put(const std::string& id, std::string& request) const;

 private:
  std::string begin_;
  std::string end_;
};

/// The same GET again and again, expecting 200 and, of a page of jobs, so many of them.
class Gets final : public Work {
 public:
  Gets(const Caller& caller, const std::string& path, std::size_t jobs = 0);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

 private:
  std::string request_;
  std::size_t jobs_;
};

/// GETs one of the jobs after the other, each picked by chance, expecting 200 and that very job.
class JobGets final : public Work {
 public:
  JobGets(const Caller& caller, const std::vector<std::string>& ids, std::uint64_t seed);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

 private:
  RequestWithId request_;
  const std::vector<std::string>& ids_;
  std::mt19937_64 random_;
  std::vector<std::size_t> asked_;  ///< by each connection: the place of its id
};

/// POSTs one body, to jobs or to batches, expecting 201 and `jobs` ids in each answer, and keeps
/// those of the jobs in the order of the answers: of a tree that of its top, of a batch all.
class Creates final : public Work {
 public:
  Creates(const Caller& caller, const std::string& path, const std::string& body,
          std::size_t jobs = 1);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

  std::vector<std::string>& ids() { return ids_; }
  std::vector<std::string>& batch_ids() { return batch_ids_; }

 private:
  std::string request_;
  std::size_t jobs_;
  bool is_batch_;
  std::vector<std::string> ids_;
  std::vector<std::string> batch_ids_;
};

/// Cancels one job after the other, or one batch, expecting 200 and that each cancels `jobs` jobs.
class Cancels final : public Work {
 public:
  enum class Of { jobs, batches };
  Cancels(const Caller& caller, std::vector<std::string> ids, std::size_t jobs, Of of = Of::jobs);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

 private:
  RequestWithId request_;
  std::vector<std::string> ids_;
  std::size_t jobs_;
  std::size_t next_ = 0;
};

/// POSTs one path after the other, without a body, expecting 200.
class Posts final : public Work {
 public:
  Posts(const Caller& caller, std::vector<std::string> paths);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

 private:
  const Caller& caller_;
  std::vector<std::string> paths_;
  std::size_t next_ = 0;
};

/// POST /jobs/cancel with `at_once` ids each, expecting 200 and that all of them are cancelled.
class BulkCancels final : public Work {
 public:
  BulkCancels(const Caller& caller, const std::vector<std::string>& ids, std::size_t at_once);
  bool next(std::size_t connection, std::string& request) override;
  std::string check(std::size_t connection, const Answer& answer) override;

 private:
  std::vector<std::string> requests_;
  std::size_t at_once_;
  std::size_t next_ = 0;
};

}  // namespace jobledger::bench
