#include "daemon/parse/webhook.h"

#include "daemon/parse/body.h"
#include "daemon/parse/url.h"

namespace jobledger::daemon::parse {
namespace {

using ledger::WebhookEvents;

/// What stands between the scheme and the path, the query or the fragment.
std::string_view authority_of(std::string_view url) {
  url.remove_prefix(url.find("//") + 2);
  return url.substr(0, url.find_first_of("/?#"));
}

std::string read_url(const Fields& fields) {
  auto url = fields.required_text("url", "give the address that webhooks are sent to");
  if (!url) return {};
  if (url->size() > ledger::kMaxWebhookUrl) {
    fields.wrong("url", "must be at most " + std::to_string(ledger::kMaxWebhookUrl) + " bytes");
  } else if (!is_http_url(*url) || url->find('\\') != std::string_view::npos) {
    fields.wrong("url", "must be an http:// or https:// URL with a host");
  } else if (authority_of(*url).find('@') != std::string_view::npos) {
    fields.wrong("url",
                 "must have no user or password in it: what is sent is signed, so that it can be "
                 "told from what others send");
  } else if (url->find('#') != std::string_view::npos) {
    fields.wrong("url", "must have no fragment: it would not be sent");
  }
  return std::string(*url);
}

std::string known_events() {
  std::string names;
  for (std::string_view name : WebhookEvents::all().names()) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

void add_event(WebhookEvents& events, const json::Value& name, const Path& path,
               Problems& problems) {
  if (!name.is_string()) return problems.add(path, type_message("a string", name));
  auto event = ledger::webhook_event_named(name.string());
  if (!event) return problems.add(path, "must be of " + known_events());
  if (events.has(*event)) return problems.add(path, "is there twice");
  events = events.with(*event);
}

WebhookEvents read_events(const Fields& fields) {
  auto names = fields.array("events");
  if (!names) return WebhookEvents::all();
  WebhookEvents events;
  Path path = fields.at("events");
  std::size_t index = 0;
  for (json::Value name : names->elements()) {
    add_event(events, name, Path(path, index++), fields.problems());
  }
  if (index == 0) fields.wrong("events", "must name an event: leave it out for all of them");
  return events;
}

}  // namespace

Parsed<ledger::CreateWebhook> parse_webhook(std::string_view body) {
  return parse_body<ledger::CreateWebhook>(body, [](const json::Document&, const Fields& fields) {
    ledger::CreateWebhook webhook;
    webhook.url = read_url(fields);
    webhook.events = read_events(fields);
    return webhook;
  });
}

}  // namespace jobledger::daemon::parse
