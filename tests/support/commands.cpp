#include "tests/support/commands.h"

#include <functional>
#include <stdexcept>

#include "ledger/hash.h"
#include "tests/support/notation.h"

namespace jobledger::tests {
namespace {

using ledger::Submission;
using Words = std::vector<std::string>;

std::string word_at(const Words& words, std::size_t i) {
  return i < words.size() && words[i] != "-" ? words[i] : std::string();
}

std::size_t which_at(const Words& words, std::size_t i) {
  return i < words.size() ? std::stoul(words[i]) : 0;
}

Submission submit(std::string_view body, bool joined) {
  std::vector<ledger::JobSpec> jobs = read_forest(body);
  if (jobs.size() != 1) throw std::logic_error("not one tree: " + std::string(body));
  if (joined) jobs[0].template_id.clear();
  return {{}, ledger::SubmitJob{std::move(jobs[0]), joined}, std::string(body)};
}

Submission submit_batch(std::string_view body) {
  std::size_t offset = body.find(' ') + 1;
  ledger::SubmitBatch batch;
  for (ledger::JobSpec& job : read_forest(body.substr(offset), offset)) {
    std::uint32_t index = batch.total++;
    if (job.template_id == "-") {
      batch.errors.push_back({index, "invalid_job", "it cannot be created"});
    } else {
      batch.items.push_back({index, std::move(job)});
    }
  }
  return {{}, std::move(batch), std::string(body)};
}

ledger::Command cancel(const Words& words, const Names& names) {
  ledger::CancelJobs command;
  command.single = words[0] == "cancel";
  command.options.stop_running = words[0] == "stop";
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (Names::is_impossible(words[i])) {
      command.impossible.push_back(Names::impossible(words[i]));
      command.impossible_places.push_back(static_cast<std::uint32_t>(i - 1));
    } else {
      command.jobs.push_back(names.id(words[i]));
    }
  }
  return command;
}

ledger::Command cancel_batch(const Words& words, const Names& names) {
  const std::string& batch = words.at(1);
  if (Names::is_impossible(batch)) return ledger::CancelBatch{{}, Names::impossible(batch)};
  return ledger::CancelBatch{names.id(batch), {}, {words[0] == "stop-batch", std::nullopt}};
}

ledger::Command claim(const Words& words, const Names& names) {
  ledger::ClaimJob command;
  if (words[0] == "claim-tagged") {
    command.tags = parts_of(words.at(1), ',');
  } else if (words.size() > 1 && Names::is_impossible(words[1])) {
    command.impossible = Names::impossible(words[1]);
  } else if (words.size() > 1) {
    command.job = names.id(words[1]);
  }
  if (words.size() > 2) command.lease_seconds = static_cast<std::uint32_t>(std::stoul(words[2]));
  return command;
}

ledger::Command report(const Words& words, const Names& names) {
  ledger::JobId job = names.id(words.at(1));
  auto lease = [&](std::size_t at) {
    return words[1].front() == '?' ? ledger::LeaseId{} : names.lease(words[1], which_at(words, at));
  };
  if (words[0] == "progress") {
    return ledger::ReportProgress{job, lease(3), static_cast<std::uint32_t>(which_at(words, 2))};
  }
  if (words[0] == "finish") return ledger::FinishJob{job, lease(3), word_at(words, 2)};
  if (words[0] == "stopped") return ledger::ReportStopped{job, lease(2)};
  if (words[0] == "fail") return ledger::FailJob{job, lease(3), word_at(words, 2)};
  return ledger::ExpireLease{job, lease(2)};
}

ledger::Command token(const Words& words, const Names& names) {
  if (words[0] == "revoke") return ledger::RevokeToken{names.id(words.at(1))};
  if (words[0] == "rotate") return ledger::RotateKey{"before " + words.at(1), words[1]};
  return ledger::CreateToken{"acme", words.at(1), ledger::Scopes::usual(),
                             ledger::sha256({words[1]}), std::nullopt};
}

/// `hook NAME` and `unhook NAME`.
ledger::Command webhook(const Words& words, const Names& names) {
  if (words[0] == "unhook") return ledger::DeleteWebhook{names.id(words.at(1))};
  return ledger::CreateWebhook{Names::url_of_webhook(words.at(1)), ledger::WebhookEvents::all()};
}

/// `restore BACKUP` and `cut WHERE`.
ledger::Command of_ledger(const Words& words) {
  const std::string& name = words.at(1);
  if (words[0] == "restore") {
    return ledger::RestoreLedger{{name, 1'000, "origin", 7, ledger::sha256({name})}};
  }
  return ledger::CutLedger{{7, ledger::sha256({name}), 3, 4'000, "damage", name}};
}

/// `confirm VERSION` and the line of a cancel.
Submission confirm(std::string_view line, const Names& names) {
  Words words = words_of(line);
  Submission submission = read_command(line.substr(line.find(words.at(2))), names);
  ledger::CancelOptions* options = nullptr;
  if (auto* jobs = std::get_if<ledger::CancelJobs>(&submission.command)) options = &jobs->options;
  if (auto* batch = std::get_if<ledger::CancelBatch>(&submission.command)) {
    options = &batch->options;
  }
  if (!options) throw std::logic_error("not a cancel: " + std::string(line));
  options->plan = std::stoull(words.at(1));
  return submission;
}

}  // namespace

Submission read_command(std::string_view line, const Names& names) {
  Words words = words_of(line);
  const std::string& verb = words.at(0);
  if (verb == "submit" || verb == "join" || verb == "batch") {
    std::string_view body = line.substr(line.find(verb) + verb.size());
    body.remove_prefix(std::min(body.find_first_not_of(" \n"), body.size()));
    return verb == "batch" ? submit_batch(body) : submit(body, verb == "join");
  }
  if (verb == "confirm") return confirm(line, names);
  if (verb == "cancel" || verb == "cancel-many" || verb == "stop") {
    return {{}, cancel(words, names), {}};
  }
  if (verb == "cancel-batch" || verb == "stop-batch") return {{}, cancel_batch(words, names), {}};
  if (verb == "claim" || verb == "claim-tagged") return {{}, claim(words, names), {}};
  if (verb == "progress" || verb == "finish" || verb == "fail" || verb == "expire" ||
      verb == "stopped") {
    return {{}, report(words, names), {}};
  }
  if (verb == "token" || verb == "revoke" || verb == "rotate") return {{}, token(words, names), {}};
  if (verb == "hook" || verb == "unhook") return {{}, webhook(words, names), {}};
  if (verb == "restore" || verb == "cut") return {{}, of_ledger(words), {}};
  throw std::logic_error("no such command: " + std::string(line));
}

}  // namespace jobledger::tests
