#include "daemon/json/writer.h"
#include "daemon/parse/token.h"
#include "daemon/render/token.h"
#include "daemon/routes/call.h"
#include "daemon/token_text.h"

namespace jobledger::daemon::routes {

using ledger::Ulid;

namespace {

/// The token that a command was about, as the command left it.
render::TokenRecord read_token(const Core& core, ledger::TokenId id, const Done& done) {
  return render::read_token(core.state, id, done.receipt.version).value();
}

}  // namespace

std::variant<Write, http::Reply> create_token(Core& core, const Call& call) {
  auto parsed = parse::parse_token(call.request.body, core.clock.now());
  if (!parsed.ok()) return bad_request(call, parsed.problems);
  std::string token = make_token();
  parsed.value.hash = hash_of_token(token);
  Write write;
  write.command = std::move(parsed.value);
  write.render = [token](Core& of, const Call&, const Done& done) {
    std::string body;
    json::Writer out(body);
    out.begin_object();
    render::token_members(out, read_token(of, done.entry->events.front().subject, done));
    // The first answer alone has the token: nothing that is kept could give it again.
    out.field("token", done.receipt.replayed ? std::nullopt : std::optional(token));
    out.end_object();
    return json(std::move(body), 201);
  };
  return write;
}

std::variant<Write, http::Reply> revoke_token(Core&, const Call& call) {
  if (!Ulid::well_formed(call.path[0])) return bad_id(call);
  auto id = Ulid::parse(call.path[0]);
  if (!id) return not_found(call, "token_not_found", "no such token; see the list of tokens");
  Write write;
  write.command = ledger::RevokeToken{*id};
  write.render = [id](Core& of, const Call&, const Done& done) {
    std::string body;
    json::Writer out(body);
    out.begin_object();
    render::token_members(out, read_token(of, *id, done));
    out.end_object();
    return json(std::move(body));
  };
  return write;
}

http::Reply list_tokens(Core& core, const Call& call) {
  return json(render::tokens(core.state, call.version));
}

}  // namespace jobledger::daemon::routes
