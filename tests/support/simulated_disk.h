#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace jobledger::tests {

/// How a machine goes down, as far as files can tell.
enum class Crash {
  process,      ///< the process alone: all that it wrote is there
  power,        ///< nothing is there but what was synced
  power_early,  ///< beside that a random part of the rest, as the disk came to it
};
inline constexpr Crash kCrashes[] = {Crash::process, Crash::power, Crash::power_early};
const char* name_of(Crash crash);

/// A disk that tells what was synced from what was not: the bytes of a file by a sync of it, the
/// names in a directory by a sync of that. Names are absolute paths; `/` is there.
class SimulatedDisk {
 public:
  static constexpr std::size_t kSector = 512;  ///< bytes that are written at once or not at all
  struct File {
    std::string bytes;
    std::size_t synced = 0;  ///< so many from the beginning on
    bool is_directory = false;
    bool is_new = false;  ///< made since the last crash
  };
  using FilePtr = std::shared_ptr<File>;
  using Names = std::map<std::string, FilePtr>;

  /// null if there is none.
  FilePtr find(const std::string& path) const;
  /// Those in the directory, without its path.
  std::vector<std::string> names_in(const std::string& directory) const;
  const Names& names() const { return names_; }

  FilePtr create(const std::string& path, bool is_directory = false);
  /// The caller knows that it is there, as with `remove`.
  void rename(const std::string& from, const std::string& to);
  void remove(const std::string& path);
  void sync(File& file) { file.synced = file.bytes.size(); }
  void sync_directory(const std::string& directory);

  /// As the next to start finds it. Of a new file whose name ends with `.log` the sectors behind
  /// what was synced may be there one by one, between zeros and before more of them: those were
  /// written there before (ledger/zero_filler.h). Of others a part from the beginning on may be
  /// there.
  SimulatedDisk after(Crash crash, std::mt19937_64& random) const;

  /// Whether everything in the logs is synced, and their names are.
  bool has_synced_logs() const;

 private:
  /// A change of names in one directory, not synced yet.
  struct Change {
    std::string directory;
    std::string removed;  ///< empty: none
    std::string named;    ///< empty: none
    FilePtr file;
  };
  void change(Change change);
  static void carry_out(const Change& change, Names& names);

  Names names_;
  Names synced_names_;
  std::vector<Change> changes_;  ///< from the synced names to the names
};

/// `/a/b` of `/a/b/c`.
std::string directory_of(const std::string& path);
std::string file_name_of(const std::string& path);

}  // namespace jobledger::tests
