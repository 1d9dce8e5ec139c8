#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

// Connections with kNext between them. The first byte of each says in what pieces the rest arrives.

namespace jobledger::fuzz {
namespace {

constexpr std::string_view kNext("\0next\0", 6);
constexpr std::size_t kPieces[] = {1 << 20, 1, 7, 64, 512, 3, 29, 200};

void connect_each(World& world, std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t end = std::min(bytes.find(kNext), bytes.size());
    Input input(bytes.substr(0, end));
    std::size_t piece = kPieces[input.choose(std::size(kPieces))];
    world.connect(input.rest(), piece);
    bytes.remove_prefix(std::min(bytes.size(), end + kNext.size()));
  }
}

/// A ledger that serves many inputs, as a new one costs more than most of them do. What comes of
/// one may then depend on those before it: the file FUZZ_JOURNAL, if it is named, has all that the
/// ledger has seen, as one input that does the same to a new one. An empty input ends it: at the
/// end of the process it is too late to look at it, as what it needs may be gone.
class SharedWorld {
 public:
  void run(std::string_view bytes) {
    if (bytes.empty()) return end();
    if (world_ && (world_->version() > kMostEntries || ++inputs_ > kMostInputs)) end();
    if (!world_) begin();
    if (journal_.is_open()) {
      journal_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      journal_.write(kNext.data(), kNext.size()).flush();
    }
    connect_each(*world_, bytes);
  }

 private:
  static constexpr std::uint64_t kMostEntries = 400;
  static constexpr std::uint32_t kMostInputs = 5000;

  void end() {
    if (world_) world_->check();
    world_ = nullptr;
  }

  void begin() {
    world_ = std::make_unique<World>();
    inputs_ = 0;
    const char* path = std::getenv("FUZZ_JOURNAL");
    if (path) journal_ = std::ofstream(path, std::ios::binary | std::ios::trunc);
  }

  std::ofstream journal_;
  std::unique_ptr<World> world_;
  std::uint32_t inputs_ = 0;
};

}  // namespace

void http_requests(std::string_view bytes) {
  static SharedWorld shared;
  shared.run(bytes);
}

}  // namespace jobledger::fuzz
