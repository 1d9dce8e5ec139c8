#include "daemon/parse/job_sections.h"

#include <algorithm>

#include "daemon/parse/url.h"
#include "daemon/webhooks/job_hook.h"
#include "ledger/webhook.h"

namespace jobledger::daemon::parse {
namespace {

constexpr std::size_t kTemplateIdLength = 26;

/// `^[A-Z0-9]{26}$`: looser than a ULID, as the original's template ids are.
bool is_template_id(std::string_view id) {
  return id.size() == kTemplateIdLength && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

void check_webhook(const Fields& job) {
  auto webhook = job.object("webhook");
  if (!webhook) return;
  Path path = job.at("webhook");
  Fields fields(*webhook, path, job.problems());
  if (auto url = fields.required_string("url", "give the address to call"); url) {
    if (url->size() > ledger::kMaxWebhookUrl) {
      fields.wrong("url", "must be at most " + std::to_string(ledger::kMaxWebhookUrl) + " bytes");
    } else if (!is_http_url(*url)) {
      fields.wrong("url", "must be a URL with http:// or https://");
    }
  }
  if (auto method = fields.string("method"); method && !webhooks::is_method(*method)) {
    fields.wrong("method", "must be an HTTP method of 1 to 32 letters, such as POST");
  }
  fields.object("headers");
}

}  // namespace

std::string read_template(const Fields& job, TemplateOf whose) {
  auto value = job.required_object("template", "give an object with the id of a template");
  if (!value) return {};
  Path path = job.at("template");
  Fields fields(*value, path, job.problems());
  std::string_view wanted = "give 26 characters of A-Z and 0-9";
  auto id = fields.required_string("id", wanted);
  if (id && !is_template_id(*id)) {
    fields.wrong("id", "must be 26 characters of A-Z and 0-9");
    id.reset();
  }
  fields.string("src");
  if (whose == TemplateOf::child) {
    fields.required_text("composition", "name the composition that a nested job renders");
  } else {
    fields.string("composition");
  }
  return std::string(id.value_or(""));
}

std::string read_upload(const Fields& job) {
  auto upload = job.object("upload");
  if (!upload) return {};
  Path path = job.at("upload");
  return read_output_url(Fields(*upload, path, job.problems()));
}

void check_sections(const Fields& job) {
  job.boolean("preview");
  job.array("fonts");
  job.object("settings");
  check_webhook(job);
}

}  // namespace jobledger::daemon::parse
