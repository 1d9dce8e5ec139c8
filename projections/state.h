#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "ledger/writer.h"
#include "projections/as_of_view.h"
#include "projections/audit_index.h"
#include "projections/directory.h"
#include "projections/entry_times.h"
#include "projections/fold_lock.h"
#include "projections/head_view.h"
#include "projections/job_graph.h"
#include "projections/key_table.h"
#include "projections/name_table.h"
#include "projections/token_table.h"
#include "projections/webhook_table.h"

namespace jobledger::projections {

/// All projections together, as the writer folds and readers ask them.
///
/// One thread folds. Any thread reads through `read`, as of a version at or below `version()`:
/// later changes are there already but are passed over.
class State final : public ledger::WriterState {
 public:
  State();

  // The writer's side.
  const ledger::JobView& jobs() const override { return head_; }
  std::optional<KeyedEntry> find_key(std::string_view team, std::string_view key,
                                     ledger::TimeMs now) const override {
    return keys_.find(team, key, now);
  }
  void fold(const ledger::Entry& entry) override;
  void publish(std::uint64_t version) override;
  /// Folds the next entry of the log, which is durable, and publishes it.
  void fold_stored(const ledger::Entry& entry) {
    fold(entry);
    publish(folded());
  }

  /// How many entries are durable: what readers may see.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  /// How many entries are folded; the writer's alone, or with `read`.
  std::uint64_t folded() const { return times_.size(); }

  /// Runs `work` with the fold kept out; keep it to some thousand rows at a time. Not within
  /// another `read`.
  template <typename Work>
  auto read(Work work) const {
    std::shared_lock lock(mutex_);
    return work();
  }
  ledger::Projection::Locked locked() const {
    return [this](const std::function<void()>& work) { read([&] { work(); }); };
  }

  /// What a cancel would have seen at a version. Not within `read`.
  AsOfView as_of(std::uint64_t version) const { return {graph_, version, &mutex_}; }

  const EntryTimes& times() const { return times_; }
  const JobGraph& graph() const { return graph_; }
  const NameTable& names() const { return names_; }
  const Directory& directory() const { return directory_; }
  const AuditIndex& audit() const { return audit_; }
  const TokenTable& tokens() const { return tokens_; }
  const KeyTable& keys() const { return keys_; }
  const WebhookTable& webhooks() const { return webhooks_; }

  /// In the order of folding.
  std::array<ledger::Projection*, 8> projections();

  /// Begins to save the state at the head: gives its version and, for each projection in order,
  /// the rest of the work.
  struct Capture {
    std::uint64_t version;
    std::vector<ledger::Projection::Save> saves;
  };
  Capture capture();

  /// Called after each publication, on the thread that appends.
  void on_publish(std::function<void(std::uint64_t)> callback) { published_ = std::move(callback); }

 private:
  void fold_slice(const ledger::Entry& entry, std::size_t first, std::size_t last);

  mutable FoldLock mutex_;
  std::mutex entry_mutex_;  ///< held through the fold of one entry, so that a capture never cuts it
  std::atomic<std::uint64_t> version_ = 0;
  EntryTimes times_;
  JobGraph graph_;
  NameTable names_{graph_};
  Directory directory_{graph_};
  AuditIndex audit_{graph_};
  TokenTable tokens_;
  KeyTable keys_;
  WebhookTable webhooks_;
  HeadView head_{graph_, names_, audit_, tokens_, webhooks_};
  std::function<void(std::uint64_t)> published_;
};

}  // namespace jobledger::projections
