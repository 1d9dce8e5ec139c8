#include "daemon/routes/door.h"

#include <algorithm>

#include "daemon/parse/traceparent.h"
#include "daemon/render/refusal.h"
#include "daemon/token_text.h"
#include "ledger/hash.h"

namespace jobledger::daemon::routes {
namespace {

constexpr std::size_t kMaxClient = 1024;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

bool has_header(const http::Request& request, std::string_view name) {
  return request.header(name).data() != nullptr;
}

http::Reply bad_header(std::string_view name, std::string_view what, const std::string& id) {
  return render::problems("invalid_request", {{std::string(name), std::string(what)}}, id);
}

/// In any case; the second has letters and spaces alone.
bool same_letters(std::string_view text, std::string_view letters) {
  return std::equal(text.begin(), text.end(), letters.begin(), letters.end(),
                    [](char a, char b) { return (a | 32) == (b | 32); });
}

bool is_v1(const http::Request& request) {
  return request.path.starts_with("/api/v1/");
}

/// The token that the request shows; empty if it shows none.
std::string_view token_of(const http::Request& request) {
  if (is_v1(request) && has_header(request, "nexrender-secret")) {
    return request.header("nexrender-secret");
  }
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view given = request.header("Authorization");
  bool is_bearer =
      given.size() > kBearer.size() && same_letters(given.substr(0, kBearer.size()), kBearer);
  return is_bearer ? given.substr(kBearer.size()) : std::string_view();
}

/// The header that says on whose behalf the request comes: in API v1, which worker it is.
std::string_view behalf_header(const http::Request& request) {
  bool is_worker = is_v1(request) && !has_header(request, "X-On-Behalf-Of");
  return is_worker ? "nexrender-name" : "X-On-Behalf-Of";
}

http::Reply unauthorized(const http::Request& request, const std::string& id,
                         std::string_view message) {
  if (is_v1(request)) {
    http::Reply reply;
    reply.status = 403;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body =
        "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.";
    if (!token_of(request).empty()) reply.body += " (" + std::string(message) + ")";
    return reply;
  }
  http::Reply reply = render::error(401, "unauthorized", message, id);
  reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

}  // namespace

render::ErrorCode code_of_unreadable(int status) {
  switch (status) {
    case 408:
      return "request_timeout";
    case 413:
      return "body_too_large";
    case 417:
      return "expectation_failed";
    case 431:
      return "headers_too_large";
    case 500:
      return "internal_error";
    case 501:
      return "not_implemented";
    case 503:
      return "queue_full";
    case 505:
      return "http_version_not_supported";
    default:
      return "bad_request";
  }
}

std::string new_request_id() {
  thread_local ledger::RandomIds ids;
  thread_local ledger::SystemClock clock;
  return ids.next_ulid(clock.now()).text();
}

std::optional<http::Reply> read_request_id(const http::Request& request, std::string& id) {
  if (!has_header(request, "X-Request-Id")) return std::nullopt;
  std::string_view given = request.header("X-Request-Id");
  if (given.empty() || given.size() > 200 || !is_printable(given)) {
    return bad_header("X-Request-Id", "must be 1 to 200 printable ASCII characters", id);
  }
  id = given;
  return std::nullopt;
}

std::variant<ledger::Actor, http::Reply> authenticate(const Core& core,
                                                      const http::Request& request,
                                                      const std::string& request_id) {
  std::string_view token = token_of(request);
  if (token.empty()) {
    return unauthorized(request, request_id,
                        "this call needs a token: send Authorization: Bearer <token>");
  }
  ledger::Sha256 hash = hash_of_token(token);
  ledger::Actor actor;
  std::optional<ledger::TimeMs> expires;
  core.state.read([&] {
    const projections::TokenRow* row = core.state.tokens().find_valid(hash, core.state.version());
    if (!row) return;
    actor.kind = ledger::ActorKind::token;
    actor.team = row->detail.team;
    actor.token = row->id;
    actor.name = row->detail.name;
    actor.scopes = row->detail.scopes;
    actor.confirm_above = row->detail.confirm_above;
    expires = row->detail.expires;
  });
  if (actor.kind != ledger::ActorKind::token) {
    return unauthorized(request, request_id,
                        "unknown or revoked token; ask the operator for another");
  }
  if (expires && *expires <= core.clock.now()) {
    return unauthorized(request, request_id,
                        "this token has expired; ask the operator for another");
  }
  actor.address = request.peer;
  std::string_view client = request.header("User-Agent");
  if (client.size() > kMaxClient) {
    return bad_header("User-Agent", "must be at most 1024 bytes", request_id);
  }
  actor.client = client;
  if (std::string_view name = behalf_header(request); has_header(request, name)) {
    std::string_view behalf = request.header(name);
    if (behalf.empty() || behalf.size() > 256 || has_control(behalf)) {
      return bad_header(name, "must be 1 to 256 characters without control characters", request_id);
    }
    actor.on_behalf_of = behalf;
  }
  return actor;
}

bool may_read(ledger::Scopes scopes, ledger::Scope needed) {
  return scopes.has(needed) ||
         (needed == ledger::Scope::audit_read && scopes.has(ledger::Scope::audit_all));
}

std::optional<std::string> reach_of(const ledger::Actor& actor, const http::Request& request) {
  if (!request.path.starts_with("/ledger/v1/")) return actor.team;
  bool everywhere = actor.scopes.has(ledger::Scope::audit_all);
  std::string_view named = request.parameter("team").value_or("");
  if (named.empty()) return everywhere ? std::nullopt : std::optional(actor.team);
  return everywhere || named == actor.team ? std::string(named) : std::string();
}

std::variant<std::optional<ledger::Idempotency>, http::Reply> idempotency(
    const http::Request& request, const std::string& request_id) {
  if (!has_header(request, "Idempotency-Key")) return std::nullopt;
  std::string_view key = request.header("Idempotency-Key");
  if (key.empty() || key.size() > 255 || !is_printable(key)) {
    return bad_header("Idempotency-Key", "must be 1 to 255 printable ASCII characters", request_id);
  }
  std::string_view end("\0", 1);
  return ledger::Idempotency{
      std::string(key), ledger::sha256({request.method, end, request.target, end, request.body}),
      0};
}

std::string traceparent(const http::Request& request) {
  const bool is_one =
      std::count_if(request.headers.begin(), request.headers.end(), [](const auto& header) {
        return same_letters(header.first, "traceparent");
      }) == 1;
  return is_one ? parse::parse_traceparent(request.header("traceparent")) : std::string();
}

}  // namespace jobledger::daemon::routes
