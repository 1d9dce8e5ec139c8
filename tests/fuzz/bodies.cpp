#include <array>
#include <functional>

#include "daemon/archive/redaction.h"
#include "daemon/json/document.h"
#include "daemon/json/fault.h"
#include "daemon/json/object_slices.h"
#include "daemon/parse/batch.h"
#include "daemon/parse/cancel.h"
#include "daemon/parse/claim.h"
#include "daemon/parse/job.h"
#include "daemon/parse/reason.h"
#include "daemon/parse/report.h"
#include "daemon/parse/token.h"
#include "daemon/parse/v1_job.h"
#include "daemon/parse/webhook.h"
#include "daemon/webhooks/job_hook.h"
#include "tests/daemon/json/rewritten.h"
#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"
#include "tests/support/clock.h"

// The first byte says which request the rest is the body of: `p` the first, `q` the second, ….

namespace jobledger::fuzz {
namespace {

namespace json = daemon::json;
namespace parse = daemon::parse;
using ledger::JobSpec;

constexpr parse::Limits kLimits{4, 20, 512};

/// The trees that a body asks for lie in it as their objects do; all within the limits.
class Trees {
 public:
  explicit Trees(std::string_view body) : body_(body) {}

  void check(const JobSpec& job, std::size_t depth = 1) {
    ++jobs_;
    require(depth <= kLimits.max_depth, "no tree is deeper than allowed");
    require(job.body_begin <= body_.size() && job.body_length <= body_.size() - job.body_begin,
            "the body of a job lies in that of its request");
    std::string_view own = body_.substr(job.body_begin, job.body_length);
    require(own.starts_with('{') && own.ends_with('}'), "the body of a job is an object", own);
    require(json::Document::parse(own).has_value(), "the body of a job is JSON by itself", own);
    for (const std::string& tag : job.tags) require(!tag.empty(), "no tag is empty");
    for (const JobSpec& child : job.children) check(child, depth + 1);
  }
  std::size_t jobs() const { return jobs_; }

 private:
  std::string_view body_;
  std::size_t jobs_ = 0;
};

using Problems = std::vector<parse::Problem>;

template <typename Parse>
Problems parse_tree(std::string_view body, Parse parse_it) {
  auto parsed = parse_it(body, kLimits);
  if (!parsed.ok()) return parsed.problems;
  Trees trees(body);
  trees.check(parsed.value.job);
  require(trees.jobs() <= kLimits.max_tree_jobs, "no tree is larger than allowed");
  return {};
}

Problems parse_batch(std::string_view body) {
  auto parsed = parse::parse_batch(body, kLimits, 40);
  if (!parsed.ok()) return parsed.problems;
  const ledger::SubmitBatch& batch = parsed.value;
  Trees trees(body);
  for (const ledger::BatchItem& item : batch.items) trees.check(item.job);
  require(trees.jobs() <= 40, "no batch is larger than allowed");
  require(batch.items.size() + batch.errors.size() == batch.total,
          "each job of a batch is made or refused");
  return {};
}

Problems parse_cancel_list(std::string_view body) {
  auto parsed = parse::parse_cancel_list(body);
  if (!parsed.ok()) return parsed.problems;
  const ledger::CancelJobs& list = parsed.value.command;
  std::size_t count = list.jobs.size() + list.impossible.size();
  require(count >= 1 && count <= parse::kMaxCancelJobs, "a list names 1 to 1000 jobs");
  require(list.impossible.size() == list.impossible_places.size(), "each id has its place");
  return {};
}

Problems parse_claim(std::string_view body) {
  auto parsed = parse::parse_claim(body);
  require(parsed.value.wait_ms <= 60'000, "no claim waits longer than a minute");
  require(parsed.value.command.lease_seconds <= 86'400, "no lease is longer than a day");
  return parsed.problems;
}

Problems parse_progress(std::string_view body) {
  auto parsed = parse::parse_progress(body);
  require(parsed.value.progress <= 100, "progress is at most 100");
  return parsed.problems;
}

Problems parse_fail(std::string_view body) {
  auto parsed = parse::parse_fail(body);
  require(parsed.value.error.size() <= parse::kMaxError, "no error is longer than is kept");
  return parsed.problems;
}

Problems parse_token(std::string_view body) {
  auto parsed = parse::parse_token(body, tests::kNewYear);
  const auto& expires = parsed.value.expires;
  require(!parsed.ok() || !expires || *expires > tests::kNewYear, "no token has expired at once");
  return parsed.problems;
}

Problems parse_webhook(std::string_view body) {
  auto parsed = parse::parse_webhook(body);
  if (!parsed.ok()) return parsed.problems;
  const ledger::CreateWebhook& webhook = parsed.value;
  require(webhook.url.find("://") < webhook.url.size() - 3, "an address has a host");
  require(webhook.url.size() <= ledger::kMaxWebhookUrl, "no address is longer than is kept");
  require(webhook.url.find('#') == std::string::npos, "no address has a fragment");
  require(!webhook.events.empty() && webhook.events.known(), "a webhook is told of something");
  return {};
}

Problems parse_v1_job(std::string_view body) {
  auto parsed = parse::parse_v1_job(body);
  if (!parsed.ok()) return parsed.problems;
  const ledger::SubmitJob& submit = parsed.value;
  require(submit.uid.empty() || ledger::is_uid(submit.uid), "a name is one", submit.uid);
  Trees trees(body);
  trees.check(submit.job);
  require(trees.jobs() == 1, "jobs of the render server have no children");
  return {};
}

Problems parse_v1_update(std::string_view body) {
  auto parsed = parse::parse_v1_update(body);
  const parse::V1Update& update = parsed.value;
  require(!update.progress || (*update.progress >= 0 && *update.progress <= 100),
          "progress is 0 to 100");
  require(update.error.size() <= parse::kMaxError, "no error is longer than is kept");
  require(update.timings.size() <= parse::kMaxTimings, "no timings are longer than is kept");
  require(update.timings.empty() || json::Document::parse(update.timings).has_value(),
          "timings are JSON", update.timings);
  std::string told;
  json::append_string(told, update.error);
  require(json::Document::parse(told).has_value(), "an error can be told in JSON", told);
  return parsed.problems;
}

using Parser = Problems (*)(std::string_view body);
constexpr std::array<Parser, 14> kParsers = {
    [](std::string_view body) { return parse_tree(body, parse::parse_job); },
    [](std::string_view body) { return parse_tree(body, parse::parse_join); },
    parse_batch,
    parse_cancel_list,
    parse_claim,
    parse_progress,
    parse_fail,
    parse_token,
    [](std::string_view body) { return parse::parse_finish(body).problems; },
    [](std::string_view body) { return parse::parse_lease(body).problems; },
    [](std::string_view body) { return parse::parse_reason(body).problems; },
    parse_webhook,
    parse_v1_job,
    parse_v1_update,
};

void check_problems(const Problems& problems) {
  require(problems.size() <= parse::Problems::kLimit + 1, "there is an end to problems");
  for (const parse::Problem& problem : problems) {
    require(!problem.field.empty() && !problem.message.empty(),
            "a problem says where it is and what to do");
    std::string told;
    json::append_string(told, problem.field + problem.message);
    require(json::Document::parse(told).has_value(), "a problem can be told in JSON", told);
  }
}

void check_document(const json::Document& document) {
  std::string_view text = document.text();
  std::string once = json::rewritten(document.root());
  auto again = json::Document::parse(once);
  require(again.has_value(), "what is written is JSON", once);
  require(json::rewritten(again->root()) == once, "what was written reads the same", once);
  if (text.size() > 4096) return;  // the rest is not linear
  json::ObjectSlices slices(document);
  json::each_object(document.root(), [&](json::Value object) {
    json::Slice slice = slices.of(object);
    auto own = json::Document::parse(text.substr(slice.begin, slice.length));
    require(own.has_value(), "the slice of an object is JSON", text);
    require(json::rewritten(own->root()) == json::rewritten(object),
            "the slice of an object is that object", text);
  });
}

void check_redaction(std::string_view body) {
  daemon::archive::Redaction redaction(body, {"secret"});
  std::string text = redaction.text();
  require(json::Document::parse(text).has_value(), "what was redacted is JSON", text);
  daemon::archive::Redaction again(text, {"secret"});
  require(again.text() == text, "there is nothing left to be redacted", text);
}

void check_job_hook(std::string_view body) {
  auto hook = daemon::webhooks::job_hook_in(body, false);
  if (!hook) return;
  require(!hook->url.empty(), "a webhook has an address");
  require(!hook->data || json::Document::parse(*hook->data), "what is sent along is JSON", body);
  for (const auto& [name, value] : hook->headers) {
    require(!name.empty() && name.find(':') == std::string::npos, "a header has a name", name);
    require((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
            "no header begins another", value);
  }
}

}  // namespace

void bodies(std::string_view bytes) {
  Input input(bytes);
  Parser parse_it = kParsers[input.choose(kParsers.size())];
  std::string_view body = input.rest();
  Problems problems = parse_it(body);
  check_problems(problems);
  auto document = json::Document::parse(body);
  if (!document) {
    bool twice = document.error().message.find("twice") != std::string::npos;
    require(twice || json::find_fault(body, json::kMaxDepth).has_value(),
            "the slow reader finds the fault of what is refused", body);
    return;
  }
  require(!json::find_fault(body, json::kMaxDepth),
          "the slow reader finds no fault in what is read", body);
  check_document(*document);
  check_redaction(body);
  check_job_hook(body);
}

}  // namespace jobledger::fuzz
