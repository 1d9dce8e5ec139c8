#include "tests/support/ledger_fixture.h"

#include <stdexcept>

#include "ledger/codec.h"
#include "projections/recovery.h"
#include "projections/undoable.h"
#include "tests/support/commands.h"
#include "tests/support/notation.h"

namespace jobledger::tests {

using ledger::Receipt;
using ledger::Submission;

namespace {

/// The value, or an exception with the reason there is none.
template <typename T>
T must(ledger::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

projections::RecoveryReport quiet() {
  return {[](const std::string&) {}, [](const projections::FoldProgress&) {}};
}

}  // namespace

std::unique_ptr<ledger::Store> store_in_memory() {
  ledger::StoreOptions options;
  options.in_memory = true;
  return must(ledger::Store::open("/ledger", options));
}

LedgerFixture::LedgerFixture(ledger::Rules wanted)
    : rules(std::move(wanted)), own_store_(store_in_memory()), store_(own_store_.get()) {
  envelope.actor = {ledger::ActorKind::token, "acme", {1, 2}, "ann", {}, {}, {},
                    ledger::Scopes::all()};
  refold();
}

LedgerFixture::LedgerFixture(ledger::Store& store, ledger::Rules wanted)
    : rules(std::move(wanted)), store_(&store) {
  envelope.actor = {ledger::ActorKind::token, "acme", {1, 2}, "ann", {}, {}, {},
                    ledger::Scopes::all()};
  refold();
}

void LedgerFixture::refold() {
  std::uint64_t count = must(store_->entry_count());
  auto state = std::make_unique<projections::State>();
  must(projections::fold_log(*store_, *state, count, quiet()));
  ledger::TimeMs last_time = count == 0 ? 0 : entry(count - 1).time;
  writer_ = std::make_unique<ledger::Writer>(
      *store_, *state, must(ledger::HashTree::load(*store_, count)), last_time, clock_, ids_);
  state_ = std::move(state);
}

ledger::Entry LedgerFixture::entry(std::uint64_t index) const {
  return must(ledger::decode(must(store_->entry(index))));
}

Submission LedgerFixture::ask(std::string_view line) const {
  std::vector<std::string> words = words_of(line);
  Submission submission;
  if (words.at(0) == "undo") {
    projections::LogReader log(*store_);
    submission.command =
        projections::undo_of(*state_, log, team(), std::stoull(words.at(1)), state_->version());
  } else {
    submission = read_command(line, names_);
  }
  submission.envelope = envelope;
  if (std::holds_alternative<ledger::ExpireLease>(submission.command)) {
    submission.envelope.actor = {ledger::ActorKind::system, team(), {}, "leases", {}, {}, {}, {}};
  }
  return submission;
}

ledger::PreparedGroup LedgerFixture::prepare(std::vector<Submission> group) {
  writer_->set_rules(rules);
  ledger::PreparedGroup prepared = writer_->prepare(group);
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (prepared.receipts[i].entry) names_.learn(group[i], *prepared.receipts[i].entry);
  }
  return prepared;
}

void LedgerFixture::append(ledger::PreparedGroup& group) {
  must(writer_->append(group));
}

Receipt LedgerFixture::commit(Submission submission) {
  std::vector<Submission> group;
  group.push_back(std::move(submission));
  ledger::PreparedGroup prepared = prepare(std::move(group));
  append(prepared);
  return prepared.receipts.front();
}

bool LedgerFixture::run_setting(const std::vector<std::string>& words) {
  if (words.at(0) == "as") {
    envelope.actor.team = words.at(1);
  } else if (words[0] == "scopes") {
    envelope.actor.scopes = ledger::Scopes::parse(words.at(1)).value();
  } else if (words[0] == "guard") {
    envelope.actor.confirm_above = static_cast<std::uint32_t>(std::stoul(words.at(1)));
  } else if (words[0] == "reason") {
    envelope.reason = words.at(1) == "-" ? "" : words[1];
  } else if (words[0] == "wait") {
    clock_.advance(std::stoll(words.at(1)));
  } else {
    return false;
  }
  return true;
}

Receipt LedgerFixture::run(std::string_view lines) {
  Receipt last;
  for (const std::string& line : parts_of(lines, ';')) {
    if (!run_setting(words_of(line))) last = commit(ask(line));
  }
  return last;
}

Receipt LedgerFixture::run_words(const std::vector<std::string_view>& words) {
  std::string line;
  for (std::string_view word : words) line.append(word).append(" ");
  return run(line);
}

ledger::JobStatus LedgerFixture::status(std::string_view job) const {
  return state_->graph().status_at(state_->graph().find(team(), id(job), ~0ull).value(), ~0ull);
}

std::string LedgerFixture::statuses(std::string_view jobs) const {
  std::string text;
  for (const std::string& job : words_of(jobs)) {
    if (!text.empty()) text += ' ';
    text += job + ':' + std::string(name_of(status(job)));
  }
  return text;
}

}  // namespace jobledger::tests
