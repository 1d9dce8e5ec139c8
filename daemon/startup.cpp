#include "daemon/startup.h"

#include <chrono>

#include "daemon/logging.h"
#include "daemon/notify.h"
#include "ledger/anchor.h"
#include "ledger/checkpoint.h"
#include "ledger/handover.h"
#include "ledger/keys.h"
#include "projections/key_in_use.h"
#include "projections/recovery.h"
#include "projections/stored_entry.h"

namespace jobledger::daemon {

using ledger::Failure;
using ledger::Result;
using ledger::SigningKey;
using ledger::Status;

namespace {

constexpr std::chrono::seconds kProgressPause{1};
constexpr std::string_view kUsualOrigin = "jobledger";

/// Tells each percent of a fold once, and each second that it goes on.
class FoldStatus {
 public:
  explicit FoldStatus(StartStatus* status) : status_(status) {}

  void tell(const projections::FoldProgress& at) {
    if (status_) status_->folded(at.done, at.total);
    using Clock = std::chrono::steady_clock;
    const std::uint64_t percent = at.total == 0 ? 100 : at.done * 100 / at.total;
    if (percent == percent_ && Clock::now() - told_ < kProgressPause) return;
    percent_ = percent;
    told_ = Clock::now();
    const std::string what = "folding the log " + std::to_string(percent) + " %";
    if (status_) status_->tell(what);
    notify::starting(what);
  }

 private:
  StartStatus* const status_;
  std::uint64_t percent_ = 101;  // none yet
  std::chrono::steady_clock::time_point told_;
};

/// What is damaged, with what to do about it.
Failure advised(const Failure& why, const std::string& data_dir) {
  if (why.message.starts_with(projections::kLaterVersion)) return why;
  return {why.message + "; `jobledger repair --data-dir " + data_dir + "` says what is whole"};
}

/// What was signed before must be so still: what is signed next takes its place.
Status check_history(const Started& started, const std::vector<std::string>& anchors) {
  auto keys = ledger::SigningKeys::load(*started.store);
  if (!keys) return keys.error();
  Status goes_on = ledger::check_signed(*started.store, *keys, started.state->version());
  if (!goes_on) return goes_on;
  for (const std::string& path : anchors) {
    Status fits = ledger::check_anchor(path, *started.store, *keys, started.state->version());
    if (!fits) return fits;
  }
  return ledger::ok();
}

/// Both at once, so that a key without a checkpoint tells that one was taken away.
Result<SigningKey> make_first_key(const Started& started, std::string name) {
  SigningKey key{std::move(name), ledger::ed25519::new_seed()};
  ledger::Checkpoint checkpoint{key.name, started.tree.size(), started.tree.root(), {}};
  Status kept = started.store->put_meta_rows(
      {ledger::SigningKeys().row_for(key),
       {std::string(ledger::keys::kCheckpoint), signed_by(key, checkpoint.text()).to_text()}});
  if (!kept) return kept.error();
  return key;
}

}  // namespace

std::string anchor_of(const std::string& data_dir) {
  return data_dir + '/' + ledger::kAnchorName;
}

Result<Signing> prepare_signing(const Started& started, const std::string& origin) {
  auto keys = ledger::SigningKeys::load(*started.store);
  if (!keys) return keys.error();
  std::string name =
      ledger::origin_of(origin.empty() ? kUsualOrigin : std::string_view(origin), *started.store);
  if (keys->empty()) {
    auto first = make_first_key(started, name);
    if (!first) return first.error();
    keys->add(*first);
  } else if (const std::string& known = keys->all()[0].name; !origin.empty() && known != name) {
    return Failure{"this ledger signs as " + known + ", and tlog.origin would make it " + name +
                   ": nobody signs one history under two names. Set tlog.origin to " +
                   known.substr(0, known.rfind('/'))};
  }
  for (const auto& change :
       projections::key_changes(*started.state, *started.store, started.state->version())) {
    const SigningKey* before = keys->find(change.before);
    bool ours = before && keys->find(change.after);
    Status handed = ours ? hand_over(*started.store, *before, change.entry) : ledger::ok();
    if (!handed) return handed.error();
  }
  SigningKey current = projections::key_in_use(*keys, *started.state, *started.store);
  return Signing{std::move(*keys), std::move(current)};
}

Result<WebhookFiles> prepare_webhooks(const Started& started) {
  auto key = ledger::webhook_key_of(*started.store);
  if (!key) return key.error();
  const std::string path = webhooks::outbox_of(started.store->directory());
  auto outbox = webhooks::Outbox::open(path, started.store->ledger_id(), started.state->version());
  if (!outbox) return outbox.error();
  if (auto forgotten = (*outbox)->forgotten()) {
    log::warn("the ledger is shorter than what webhooks were sent for: they go on at its end",
              {{"version", started.state->version()}, {"deliveriesForgotten", *forgotten}});
  }
  try {
    return WebhookFiles{*key, std::move(*outbox), std::make_unique<webhooks::DeliveryList>(path)};
  } catch (const webhooks::SqliteError& error) {
    return Failure{error.what()};
  }
}

Result<Started> start(const std::string& data_dir, const std::string& anchor, StartStatus* status) {
  std::vector<std::string> anchors = {anchor_of(data_dir)};
  if (!anchor.empty()) anchors.push_back(anchor);
  notify::starting("opening the ledger");
  auto store = ledger::Store::open(data_dir, {});
  if (!store) return store.error();
  Started started(std::move(*store));
  projections::RecoveryReport report;
  report.note = [](const std::string& note) { log::info(note); };
  using Clock = std::chrono::steady_clock;
  report.progress = [told = Clock::now(),
                     fold = FoldStatus(status)](const projections::FoldProgress& at) mutable {
    fold.tell(at);
    if (Clock::now() - told < kProgressPause) return;
    told = Clock::now();
    log::info("folding the log", {{"entry", at.done}, {"of", at.total}});
  };
  auto state = projections::recover(*started.store, started.snapshots, report);
  if (!state) return advised(state.error(), data_dir);
  started.state = std::move(*state);
  started.snapshot_version = started.snapshots.newest();
  std::uint64_t version = started.state->version();
  if (status) status->folded(version, version);
  auto tree = ledger::HashTree::load(*started.store, version);
  if (!tree) return tree.error();
  started.tree = std::move(*tree);
  if (Status fits = check_history(started, anchors); !fits) return fits.error();
  if (version > 0) started.last_time = started.state->times().at(version - 1);
  return started;
}

}  // namespace jobledger::daemon
