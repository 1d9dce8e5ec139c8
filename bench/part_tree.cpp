#include <atomic>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

#include "bench/data_dir.h"
#include "bench/parts.h"
#include "bench/samples.h"
#include "ledger/checkpoint.h"
#include "ledger/durable_file.h"
#include "ledger/hash.h"
#include "ledger/hash_tree.h"
#include "ledger/keys.h"
#include "ledger/signing_keys.h"
#include "ledger/store.h"
#include "ledger/tree_reader.h"

namespace jobledger::bench {
namespace {

constexpr std::size_t kEntryBytes = 704;
constexpr std::size_t kPayloadBytes = 290;
constexpr std::size_t kSlices = 10;  ///< of each load, in turns with the others
constexpr std::chrono::milliseconds kPace{500};
const std::string kTable = "what the hash tree costs where entries are written";

void must(const ledger::Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

/// Signs the newest root at the daemon's pace, and writes the note where the daemon does.
class Signer {
 public:
  Signer(ledger::Store& store, const std::atomic<std::uint64_t>& size, std::string anchor)
      : store_(store), size_(size), anchor_(std::move(anchor)) {
    thread_ = std::thread([this] { loop(); });
  }
  ~Signer() {
    stop_ = true;
    thread_.join();
  }

 private:
  void loop() {
    for (auto next = Clock::now(); !stop_; next += kPace) {
      sign();
      while (!stop_ && Clock::now() < next + kPace) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
  }

  void sign() {
    std::uint64_t size = size_;
    auto root = ledger::TreeReader(store_).root(size);
    if (!root) throw std::runtime_error(root.error().message);
    ledger::Checkpoint checkpoint{key_.name, size, *root, {}};
    std::string note = signed_by(key_, checkpoint.text()).to_text();
    must(store_.put_meta_rows({{std::string(ledger::keys::kCheckpoint), note}}));
    must(ledger::replace_durably(anchor_, note));
  }

  ledger::Store& store_;
  const std::atomic<std::uint64_t>& size_;
  const std::string anchor_;
  const ledger::SigningKey key_{"bench/tree", ledger::ed25519::new_seed()};
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// How much of it is done; each more than the one before.
enum class Proof { none, leaves, tree, signed_tree };

/// Writes groups of entries as the writer does, as far as the disk is concerned.
class Groups {
 public:
  Groups(const std::string& directory, std::size_t entries, Proof proof)
      : data_(directory), entries_(entries), proof_(proof) {
    auto opened = ledger::Store::open(data_.path(), {});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    std::mt19937_64 random(1);
    for (char& c : bytes_) c = static_cast<char>(random());
    if (proof == Proof::signed_tree) {
      signer_ = std::make_unique<Signer>(*store_, size_, data_.path() + "/anchor");
    }
  }

  void run(double seconds) {
    auto begun = Clock::now();
    while (seconds_since(begun) < seconds) write_group();
    seconds_ += seconds_since(begun);
  }

  double entries_a_second() const { return static_cast<double>(size_) / seconds_; }

 private:
  void write_group() {
    ledger::StoreBatch batch(*store_);
    std::uint64_t index = size_;
    for (std::size_t i = 0; i < entries_; ++i, ++index) {
      // Each entry another stretch of what does not compress.
      std::string_view bytes = std::string_view(bytes_).substr(index % 256 * 8, kEntryBytes);
      batch.put_entry(index, bytes);
      batch.put_payload({index, index}, bytes.substr(0, kPayloadBytes));
      if (proof_ == Proof::none) continue;
      ledger::Sha256 data = ledger::sha256({bytes});
      if (proof_ == Proof::leaves) {
        leaves_.append(ledger::bytes_of(ledger::HashTree::hash_leaf(data)));
      } else {
        tree_.append(data, batch);
      }
    }
    if (!leaves_.empty()) batch.put_tree(ledger::keys::tree_run(0, size_), leaves_);
    leaves_.clear();
    tree_.flush(batch);
    must(store_->write(batch));
    size_ = index;
  }

  DataDir data_;
  const std::size_t entries_;
  const Proof proof_;
  std::unique_ptr<ledger::Store> store_;
  std::string leaves_;  ///< of the group
  ledger::HashTree tree_;
  std::string bytes_ = std::string(kEntryBytes + 256 * 8, '\0');
  std::atomic<std::uint64_t> size_ = 0;
  double seconds_ = 0;
  std::unique_ptr<Signer> signer_;  ///< ends before what it reads
};

}  // namespace

void run_tree(const Plan& plan, Report& report) {
  for (std::size_t entries : {1, 64, 256}) {
    const std::pair<const char*, Proof> loads[] = {
        {"entries and payloads alone", Proof::none},
        {"and the leaf hash of each entry", Proof::leaves},
        {"and the tree over them", Proof::tree},
        {"and a checkpoint and an anchor twice a second", Proof::signed_tree}};
    std::vector<std::unique_ptr<Groups>> all;
    for (const auto& [name, proof] : loads) {
      std::string directory = plan.directory + "/tree-" + std::to_string(all.size());
      all.push_back(std::make_unique<Groups>(directory, entries, proof));
    }
    // In slices by turns, so that all meet the same machine.
    for (std::size_t i = 0; i < kSlices; ++i) {
      for (auto& each : all) each->run(plan.seconds / kSlices);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      double rate = all[i]->entries_a_second();
      report.add(kTable, {loads[i].first,
                          {{"entries a sync", static_cast<double>(entries)},
                           {"entries a second", rate},
                           {"µs each", 1e6 / rate},
                           {"% of entries alone", 100 * rate / all[0]->entries_a_second()},
                           {"% of with leaves", 100 * rate / all[1]->entries_a_second()}}});
    }
  }
}

}  // namespace jobledger::bench
