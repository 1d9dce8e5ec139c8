#include "ledger/decide.h"

namespace jobledger::ledger {

Decision decide_create_token(const CreateToken& command, const DecideContext& context) {
  Decision decision;
  Event event;
  event.kind = EventKind::token_created;
  event.subject = context.ids.next_ulid(context.now);
  event.detail =
      make_detail<Detail>(TokenDetail{command.team, command.name, command.scopes, command.hash,
                                      command.expires, command.confirm_above});
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_rotate_key(const RotateKey& command, const DecideContext& context) {
  Decision decision;
  Event event;
  event.kind = EventKind::key_rotated;
  event.subject = context.ids.next_ulid(context.now);
  event.detail = make_detail<Detail>(KeyDetail{command.before, command.after});
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_revoke_token(const JobView& view, const RevokeToken& command) {
  std::optional<TokenFacts> token = view.find_token(command.token);
  if (!token) {
    return refuse(RefusalCode::token_not_found,
                  {{command.token.text(), {}, {}, kNotInList, {}, {}}});
  }
  if (token->revoked) return nothing();
  Decision decision;
  Event event;
  event.kind = EventKind::token_revoked;
  event.subject = command.token;
  event.detail = make_detail<Detail>(token->detail);  // whose it was, for that team's audit
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace jobledger::ledger
