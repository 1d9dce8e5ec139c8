#include "daemon/webhooks/job_hook.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "daemon/archive/redaction.h"
#include "daemon/json/member_texts.h"
#include "ledger/webhook.h"
#include "projections/log_reader.h"

namespace jobledger::daemon::webhooks {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What frames a request, or says whose it is.
constexpr std::array<std::string_view, 11> kOwnHeaders = {"host",
                                                          "content-length",
                                                          "connection",
                                                          "transfer-encoding",
                                                          "expect",
                                                          "keep-alive",
                                                          "te",
                                                          "trailer",
                                                          "upgrade",
                                                          "proxy-connection",
                                                          "proxy-authorization"};
constexpr std::string_view kOwnPrefix = "webhook-";
constexpr std::size_t kLongestMethod = 32;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// A token of RFC 9110, 5.6.2.
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool may_be_set(std::string_view name) {
  std::string plain = lower(name);
  return is_name(name) && !plain.starts_with(kOwnPrefix) &&
         std::find(kOwnHeaders.begin(), kOwnHeaders.end(), plain) == kOwnHeaders.end();
}

Headers headers_in(const json::MemberText& member, bool redacted) {
  Headers headers;
  auto document = json::Document::parse(member.text);
  if (!document || !document->root().is_object()) return headers;
  for (const json::MemberText& header : json::member_texts(*document)) {
    const bool is_text = header.value.is_string();
    if (!is_text && !header.value.is_number() && !header.value.is_boolean()) continue;
    std::string_view value = is_text ? header.value.string() : header.text;
    if (redacted && header.text == archive::kRedacted) continue;
    if (may_be_set(header.name) && is_value(value)) headers.emplace_back(header.name, value);
  }
  return headers;
}

void read_member(const json::MemberText& member, bool redacted, JobHook& hook) {
  const json::Value& value = member.value;
  if (member.name == "url" && value.is_string()) {
    hook.url = value.string();
  } else if (member.name == "method" && value.is_string()) {
    hook.method = value.string();
    for (char& c : hook.method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  } else if (member.name == "headers") {
    hook.headers = headers_in(member, redacted);
  } else if (member.name == "data") {
    hook.data = member.text;
  } else if (member.name == "custom" && value.is_boolean()) {
    hook.custom = value.boolean();
  }
}

/// Quickly, and never no if there is one: most bodies have none.
bool may_have_hook(std::string_view body) {
  return body.find("webhook") != std::string_view::npos ||
         body.find("\\u") != std::string_view::npos;
}

}  // namespace

std::optional<JobHook> job_hook_in(std::string_view body, bool redacted) {
  if (!may_have_hook(body)) return std::nullopt;
  auto document = json::Document::parse(body);
  if (!document || !document->root().is_object()) return std::nullopt;
  for (const json::MemberText& member : json::member_texts(*document)) {
    if (member.name != "webhook" || !member.value.is_object()) continue;
    auto inner = json::Document::parse(member.text);
    if (!inner) return std::nullopt;
    JobHook hook;
    for (const json::MemberText& each : json::member_texts(*inner)) {
      read_member(each, redacted, hook);
    }
    return hook.url.empty() ? std::nullopt : std::optional(std::move(hook));
  }
  return std::nullopt;
}

bool is_method(std::string_view method) {
  return !method.empty() && method.size() <= kLongestMethod &&
         std::all_of(method.begin(), method.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

std::optional<Target> target_of(const JobHook& hook) {
  if (hook.url.size() > ledger::kMaxWebhookUrl) return std::nullopt;
  return target_of(std::string_view(hook.url));
}

std::string why_not_sent(const JobHook& hook) {
  if (hook.url.size() > ledger::kMaxWebhookUrl) {
    return "not sent: the url has more than " + std::to_string(ledger::kMaxWebhookUrl) + " bytes";
  }
  if (!target_of(hook)) return "not sent: the url is none of http:// or https://";
  if (!is_method(hook.method)) return "not sent: a webhook's method must be 1 to 32 letters";
  if (hook.method == "CONNECT" || hook.method == "TRACE") {
    return "not sent: a webhook's method cannot be " + hook.method;
  }
  return {};
}

std::optional<JobHook> JobHooks::of(ledger::JobId job) {
  auto row = ledger::read_payload_row(store_, job);
  if (!row) throw projections::StorageError(row.error().message);
  if (!row->slice) return job_hook_in(row->body, row->redacted);
  const ledger::PayloadRow& whole = root(row->slice->root);
  auto [begin, length] = std::pair(row->slice->begin, row->slice->length);
  if (whole.slice || begin > whole.body.size() || length > whole.body.size() - begin) {
    throw projections::StorageError("the payload of job " + job.text() + " is damaged");
  }
  return job_hook_in(std::string_view(whole.body).substr(begin, length), row->redacted);
}

const ledger::PayloadRow& JobHooks::root(ledger::JobId job) {
  if (root_ == job) return root_row_;
  auto row = ledger::read_payload_row(store_, job);
  if (!row) throw projections::StorageError(row.error().message);
  root_row_ = *std::move(row);
  root_ = job;
  return root_row_;
}

}  // namespace jobledger::daemon::webhooks
