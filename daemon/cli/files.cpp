#include "daemon/cli/files.h"

#include <fstream>
#include <iostream>

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kMost = 64 << 20;

}  // namespace

ledger::Result<std::string> read_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  std::string bytes;
  char some[65536];
  while (in.read(some, sizeof some) || in.gcount() > 0) {
    bytes.append(some, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMost) return ledger::Failure{path + " is larger than 64 MiB"};
  }
  if (path != "-" && (!file.is_open() || file.bad())) {
    return ledger::Failure{"cannot read " + path};
  }
  return bytes;
}

}  // namespace jobledger::daemon::cli
