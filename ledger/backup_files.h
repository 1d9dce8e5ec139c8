#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/command.h"
#include "ledger/open_file.h"
#include "ledger/result.h"

namespace jobledger::ledger {

// A backup is a data directory that nobody writes to, with two files more.

/// What it is a backup of (daemon/backup/record.h). No store opens a directory with it for writing.
inline constexpr const char* kBackupRecord = "backup.json";
/// The checksums of all its other files, as `sha256sum --check` reads them.
inline constexpr const char* kBackupSums = "SHA256SUMS";

/// Of what `to_hex` gives of a hash.
std::optional<Sha256> sha256_from_hex(std::string_view digits);

struct FileSum {
  std::string path;  ///< in the backup: `db/000012.sst`
  Sha256 hash{};
};

/// A line each, in the order of the paths.
std::string sums_text(std::vector<FileSum> sums);
/// A Failure names the line that is none, or whose path leads out of the backup.
Result<std::vector<FileSum>> parse_sums(std::string_view text);
/// Those of the backup.
Result<std::vector<FileSum>> read_sums(const std::string& backup);

/// What is wrong with the file of a backup: it is not there, or another; empty if nothing is.
std::string wrong_with(const std::string& backup, const FileSum& sum, const BytesDone& done);

}  // namespace jobledger::ledger
