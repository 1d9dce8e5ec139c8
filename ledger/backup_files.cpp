#include "ledger/backup_files.h"

#include <algorithm>

#include "ledger/hash.h"

namespace jobledger::ledger {
namespace {

constexpr std::size_t kDigits = 64;

/// A name of a file here or in `db`.
bool stays_inside(std::string_view path) {
  constexpr std::string_view kDatabase = "db/";
  if (path.starts_with(kDatabase)) path.remove_prefix(kDatabase.size());
  return !path.empty() && path.find('/') == std::string_view::npos && path != "." && path != "..";
}

}  // namespace

std::optional<Sha256> sha256_from_hex(std::string_view digits) {
  Sha256 hash{};
  if (digits.size() != kDigits) return std::nullopt;
  for (std::size_t i = 0; i < kDigits; ++i) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::size_t value = kHex.find(digits[i]);
    if (value == std::string_view::npos) return std::nullopt;
    hash[i / 2] = static_cast<std::uint8_t>(hash[i / 2] << 4 | value);
  }
  return hash;
}

std::string sums_text(std::vector<FileSum> sums) {
  std::sort(sums.begin(), sums.end(),
            [](const FileSum& a, const FileSum& b) { return a.path < b.path; });
  std::string text;
  for (const FileSum& sum : sums) text += to_hex(bytes_of(sum.hash)) + "  " + sum.path + '\n';
  return text;
}

Result<std::vector<FileSum>> parse_sums(std::string_view text) {
  std::vector<FileSum> sums;
  for (std::size_t line = 1; !text.empty(); ++line) {
    std::size_t end = text.find('\n');
    std::string_view row = text.substr(0, end);
    auto hash = sha256_from_hex(row.substr(0, kDigits));
    bool whole = hash && row.substr(kDigits).starts_with("  ") &&
                 stays_inside(row.substr(kDigits + 2)) && end != std::string_view::npos;
    if (!whole) return Failure{"line " + std::to_string(line) + " is no checksum of a file"};
    sums.push_back({std::string(row.substr(kDigits + 2)), *hash});
    text.remove_prefix(end + 1);
  }
  return sums;
}

Result<std::vector<FileSum>> read_sums(const std::string& backup) {
  auto file = OpenFile::open(backup + '/' + kBackupSums);
  auto text = file ? file->read() : file.error();
  if (!text) return text.error();
  auto sums = parse_sums(*text);
  if (!sums) return Failure{file->path() + " is damaged: " + sums.error().message};
  return sums;
}

std::string wrong_with(const std::string& backup, const FileSum& sum, const BytesDone& done) {
  bool is_gone = false;
  auto file = OpenFile::open(backup + '/' + sum.path, &is_gone);
  if (is_gone) return sum.path + " is missing";
  auto size = file ? file->size() : file.error();
  auto hash = size ? hash_file(*file, *size, done) : size.error();
  if (!hash) return sum.path + ": " + hash.error().message;
  return *hash == sum.hash ? "" : sum.path + " is damaged: it does not have its checksum";
}

}  // namespace jobledger::ledger
