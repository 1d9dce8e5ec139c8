#include "daemon/repair/remake.h"

#include <filesystem>

#include "daemon/repair/aside.h"
#include "daemon/webhooks/outbox.h"
#include "ledger/anchor.h"
#include "ledger/checkpoint.h"
#include "ledger/durable_file.h"
#include "ledger/hash.h"
#include "ledger/keys.h"
#include "ledger/swap.h"
#include "projections/key_in_use.h"
#include "projections/verify.h"

namespace jobledger::daemon::repair {

using ledger::Failure;
using ledger::Result;
using ledger::Status;

namespace {

/// One remake, step by step.
class Remaking {
 public:
  Remaking(ledger::Salvage& salvage, const projections::Examination& found,
           const RemakeRequest& request, const projections::RecoveryReport& report)
      : salvage_(salvage),
        found_(found),
        request_(request),
        report_(report),
        fresh_(request.folder + "/new") {}

  Result<Remade> run() {
    auto aside = put_aside(salvage_, found_, request_.until, request_.folder);
    if (!aside) return aside.error();
    if (Status copied = copy(); !copied) return copied.error();
    if (Status ended = end(*aside); !ended) return ended.error();
    if (Status sound = verify(); !sound) return sound.error();
    Status begun = ledger::Swap::begin(request_.directory, request_.folder, request_.anchors);
    if (!begun) return begun.error();
    Status finished = ledger::Swap::finish(request_.directory);
    if (!finished) {
      return Failure{finished.error().message +
                     ". The new database is made; run `jobledger repair` again, which puts it in "
                     "its place"};
    }
    if (request_.is_cut) cut_outbox();
    return std::move(result_);
  }

 private:
  Status copy() {
    auto store = ledger::Store::open(fresh_, {});
    if (!store) return store.error();
    return projections::copy_whole(salvage_, request_.until, **store, report_);
  }

  /// What webhooks noted about entries that are put aside is about others from here on. The ledger
  /// is in its place by now, whatever comes of this.
  void cut_outbox() const {
    const std::string path = webhooks::outbox_of(request_.directory);
    if (!std::filesystem::exists(path)) return;
    auto outbox = webhooks::Outbox::open(path, ledger_id_, request_.until);
    if (!outbox) report_.note("webhooks do not know of the cut: " + outbox.error().message);
  }

  /// The entry of the cut, and a checkpoint of what there is then.
  Status end(const Aside& aside) {
    auto started = start(fresh_);
    if (!started) return started.error();
    if (started->tree.size() != request_.until ||
        (request_.until == found_.whole && started->tree.root() != found_.root)) {
      return Failure{"what was copied is not what was examined: nothing was changed"};
    }
    if (request_.is_cut) {
      ledger::Cut cut{request_.until, started->tree.root(),    aside.entries,
                      aside.bytes,    damage_in_words(found_), request_.folder};
      if (!request_.reason.empty()) cut.damage = request_.reason + " (" + cut.damage + ")";
      auto receipt = request_.append(*started, ledger::CutLedger{std::move(cut)});
      if (!receipt) return receipt.error();
      result_.entry = receipt->entry->index;
    }
    result_.version = started->state->version();
    ledger_id_ = started->store->ledger_id();
    auto tree = ledger::HashTree::load(*started->store, result_.version);
    if (!tree) return tree.error();
    result_.root = ledger::to_hex(ledger::bytes_of(tree->root()));
    return sign(*started, *tree);
  }

  Status sign(const Started& started, const ledger::HashTree& tree) {
    auto keys = ledger::SigningKeys::load(*started.store);
    if (!keys) return keys.error();
    if (keys->empty()) return ledger::ok();  // its daemon has never run
    for (const auto& change :
         projections::key_changes(*started.state, *started.store, started.state->version())) {
      if (keys->find(change.before) && !keys->find(change.after)) {
        return Failure{"the key that entry " + std::to_string(change.entry) +
                       " put into use is gone: restore a backup"};
      }
    }
    auto key = projections::key_in_use(*keys, *started.state, *started.store);
    const std::string note =
        signed_by(key, ledger::Checkpoint{key.name, tree.size(), tree.root(), {}}.text()).to_text();
    Status kept = started.store->put_meta_rows({{std::string(ledger::keys::kCheckpoint), note}});
    if (!kept) return kept;
    return ledger::replace_durably(anchor_of(fresh_), note);
  }

  Status verify() {
    ledger::StoreOptions how;
    how.create = false;
    how.read_only = true;
    auto store = ledger::Store::open(fresh_, how);
    if (!store) return store.error();
    projections::VerifyRequest request;
    request.allow_redacted = true;
    auto verified = projections::verify(**store, report_, request);
    if (verified.findings.empty() && verified.root == result_.root) return ledger::ok();
    return Failure{"the new database is not sound, and nothing was changed: " +
                   (verified.findings.empty() ? "its root is another" : verified.findings.front())};
  }

  ledger::Salvage& salvage_;
  const projections::Examination& found_;
  const RemakeRequest& request_;
  const projections::RecoveryReport& report_;
  const std::string fresh_;
  ledger::Ulid ledger_id_;
  Remade result_;
};

}  // namespace

Result<Remade> remake(ledger::Salvage& salvage, const projections::Examination& found,
                      const RemakeRequest& request, const projections::RecoveryReport& report) {
  return Remaking(salvage, found, request, report).run();
}

}  // namespace jobledger::daemon::repair
