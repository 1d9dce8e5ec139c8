#include "daemon/render/token.h"

namespace jobledger::daemon::render {

void token_members(json::Writer& out, const projections::State& state,
                   const projections::TokenRow& row) {
  out.field("id", row.id);
  out.field("team", row.detail.team);
  out.field("name", row.detail.name);
  out.begin_array("scopes");
  for (std::string_view scope : row.detail.scopes.names()) out.string(scope);
  out.end_array();
  out.time_field("createdAt", state.times().at(row.created_entry));
  out.time_field("expires", row.detail.expires);
  std::optional<ledger::TimeMs> revoked;
  if (row.revoked_entry) revoked = state.times().at(*row.revoked_entry);
  out.time_field("revokedAt", revoked);
}

std::string tokens(const projections::State& state, std::uint64_t version) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.begin_array("items");
  state.read([&] {
    for (const projections::TokenRow& row : state.tokens().rows()) {
      if (row.created_entry >= version) continue;
      out.begin_object();
      token_members(out, state, row);
      out.end_object();
    }
  });
  out.end_array();
  out.field("next", nullptr);
  out.end_object();
  return text;
}

}  // namespace jobledger::daemon::render
