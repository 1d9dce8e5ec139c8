#include "tests/support/simulated_disk.h"

#include <algorithm>
#include <utility>

namespace jobledger::tests {
namespace {

constexpr std::size_t kMostZeros = 16 << 10;

bool is_log(const std::string& path) {
  return path.ends_with(".log");
}

/// A part of what was not synced of a log: up to `zeros` the file was there before, so that each
/// sector is as it was or as it was to be; behind them it was getting longer.
std::string torn_log(const SimulatedDisk::File& file, std::mt19937_64& random) {
  std::string bytes = file.bytes;
  std::size_t zeros = file.synced;
  if (random() % 4 != 0) zeros += random() % (bytes.size() - file.synced + kMostZeros);
  std::size_t cut = file.synced + random() % (bytes.size() - file.synced + 1);
  bytes.resize(std::max(cut, zeros));
  std::uint64_t kept_of_8 = random() % 9;
  for (std::size_t at = file.synced; at < std::min(zeros, bytes.size());) {
    std::size_t next = (at / SimulatedDisk::kSector + 1) * SimulatedDisk::kSector;
    next = std::min(next, bytes.size());
    if (random() % 8 >= kept_of_8) std::fill_n(bytes.data() + at, next - at, '\0');
    at = next;
  }
  return bytes;
}

std::string bytes_after(const std::string& path, const SimulatedDisk::File& file, Crash crash,
                        std::mt19937_64& random) {
  if (crash == Crash::process) return file.bytes;
  if (crash == Crash::power) return file.bytes.substr(0, file.synced);
  if (file.is_new && is_log(path)) return torn_log(file, random);
  return file.bytes.substr(0, file.synced + random() % (file.bytes.size() - file.synced + 1));
}

}  // namespace

const char* name_of(Crash crash) {
  switch (crash) {
    case Crash::process:
      return "the process died";
    case Crash::power:
      return "the power went, with all that was not synced";
    case Crash::power_early:
      return "the power went, with a part of what was not synced";
  }
  return "?";
}

std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

std::string file_name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

SimulatedDisk::FilePtr SimulatedDisk::find(const std::string& path) const {
  auto at = names_.find(path);
  return at == names_.end() ? nullptr : at->second;
}

std::vector<std::string> SimulatedDisk::names_in(const std::string& directory) const {
  std::vector<std::string> names;
  for (const auto& [path, file] : names_) {
    if (directory_of(path) == directory) names.push_back(file_name_of(path));
  }
  return names;
}

void SimulatedDisk::change(Change change) {
  carry_out(change, names_);
  changes_.push_back(std::move(change));
}

void SimulatedDisk::carry_out(const Change& change, Names& names) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.named.empty()) names[change.named] = change.file;
}

SimulatedDisk::FilePtr SimulatedDisk::create(const std::string& path, bool is_directory) {
  auto file = std::make_shared<File>();
  file->is_directory = is_directory;
  file->is_new = true;
  change({directory_of(path), "", path, file});
  return file;
}

void SimulatedDisk::rename(const std::string& from, const std::string& to) {
  change({directory_of(to), from, to, names_.at(from)});
}

void SimulatedDisk::remove(const std::string& path) {
  change({directory_of(path), path, "", nullptr});
}

void SimulatedDisk::sync_directory(const std::string& directory) {
  auto is_here = [&](const Change& change) { return change.directory == directory; };
  for (const Change& change : changes_) {
    if (is_here(change)) carry_out(change, synced_names_);
  }
  std::erase_if(changes_, is_here);
}

SimulatedDisk SimulatedDisk::after(Crash crash, std::mt19937_64& random) const {
  Names left = crash == Crash::process ? names_ : synced_names_;
  if (crash == Crash::power_early) {
    // In their order, as a journal has them.
    std::size_t kept = random() % (changes_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) carry_out(changes_[i], left);
  }
  SimulatedDisk disk;
  for (const auto& [path, file] : left) {
    bool lost = !directory_of(path).empty() && !disk.names_.contains(directory_of(path));
    if (lost) continue;  // with the directory that it was in
    auto copy = std::make_shared<File>();
    copy->is_directory = file->is_directory;
    copy->bytes = bytes_after(path, *file, crash, random);
    copy->synced = copy->bytes.size();
    disk.names_[path] = std::move(copy);
  }
  disk.synced_names_ = disk.names_;
  return disk;
}

bool SimulatedDisk::has_synced_logs() const {
  return std::all_of(names_.begin(), names_.end(), [&](const auto& named) {
    const auto& [path, file] = named;
    if (!is_log(path) || file->bytes.empty()) return true;
    auto synced = synced_names_.find(path);
    return synced != synced_names_.end() && synced->second == file &&
           file->synced == file->bytes.size();
  });
}

}  // namespace jobledger::tests
