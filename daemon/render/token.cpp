#include "daemon/render/token.h"

#include <algorithm>
#include <vector>

namespace jobledger::daemon::render {
namespace {

using projections::State;
using projections::TokenRow;

constexpr std::size_t kSlice = 1024;  ///< tokens copied while the fold waits

/// Within a read.
std::optional<TokenRecord> record_of(const State& state, const TokenRow& row,
                                     std::uint64_t version) {
  if (row.created_entry >= version) return std::nullopt;
  TokenRecord token{row, state.times().at(row.created_entry), std::nullopt};
  if (row.revoked_entry && *row.revoked_entry < version) {
    token.revoked_at = state.times().at(*row.revoked_entry);
  }
  return token;
}

}  // namespace

std::optional<TokenRecord> read_token(const State& state, ledger::TokenId id,
                                      std::uint64_t version) {
  return state.read([&]() -> std::optional<TokenRecord> {
    const TokenRow* row = state.tokens().find(id);
    if (!row) return std::nullopt;
    return record_of(state, *row, version);
  });
}

void token_members(json::Writer& out, const TokenRecord& token) {
  out.field("id", token.row.id);
  out.field("team", token.row.detail.team);
  out.field("name", token.row.detail.name);
  out.begin_array("scopes");
  for (std::string_view scope : token.row.detail.scopes.names()) out.string(scope);
  out.end_array();
  out.field("confirmAbove", token.row.detail.confirm_above);
  out.time_field("createdAt", token.created_at);
  out.time_field("expires", token.row.detail.expires);
  out.time_field("revokedAt", token.revoked_at);
}

std::string tokens(const State& state, std::uint64_t version) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.begin_array("items");
  std::vector<TokenRecord> slice;
  for (std::size_t at = 0, count = 1; at < count;) {
    slice.clear();
    state.read([&] {
      const std::vector<TokenRow>& rows = state.tokens().rows();
      count = rows.size();
      for (std::size_t end = std::min(count, at + kSlice); at < end; ++at) {
        if (auto token = record_of(state, rows[at], version)) slice.push_back(std::move(*token));
      }
    });
    for (const TokenRecord& token : slice) {
      out.begin_object();
      token_members(out, token);
      out.end_object();
    }
  }
  out.end_array();
  out.field("next", nullptr);
  out.end_object();
  return text;
}

}  // namespace jobledger::daemon::render
