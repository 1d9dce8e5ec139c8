#pragma once

#include <algorithm>
#include <memory>

#include <string>
#include <vector>

#include "daemon/backup/record.h"
#include "daemon/backup/watch.h"
#include "ledger/store.h"

namespace jobledger::daemon::backup {

/// How much of a copy is looked at.
enum class Depth {
  ends,     ///< how many entries there are, and their root hash
  entries,  ///< and each entry, by its hash
  all       ///< and payloads, projections and cascades, as of `jobledger verify`
};

/// What is wrong with the ledger in the directory, held against what the record says; empty:
/// nothing.
std::vector<std::string> judge(const std::string& data_dir, const Record& record, Depth depth,
                               const Watch& watch);

/// What is wrong with the files of a backup, by their checksums, and with the ledger in it.
std::vector<std::string> check(const std::string& backup, const Record& record, Depth depth,
                               const Watch& watch);

/// Reads the first findings in a row.
std::string in_words(const std::vector<std::string>& findings);

ledger::Result<std::unique_ptr<ledger::Store>> open_to_read(const std::string& data_dir);

/// Bytes told of as MiB.
class MiBDone {
 public:
  MiBDone(const Watch& watch, std::uint64_t total) : watch_(watch), total_(total) {}
  void operator()(std::uint64_t bytes) {
    done_ += bytes;
    watch_.progress(std::min(done_, total_) >> 20, total_ >> 20);
  }

 private:
  const Watch& watch_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
};

}  // namespace jobledger::daemon::backup
