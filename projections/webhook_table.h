#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/projection.h"
#include "projections/id_map.h"

namespace jobledger::projections {

/// A team's subscription.
struct Webhook {
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  ledger::WebhookId id;
  std::string team;
  std::string url;
  ledger::WebhookEvents events;
  std::uint64_t created = 0;       ///< the entry
  std::uint64_t deleted = kNever;  ///< the entry

  bool live_at(std::uint64_t version) const { return created < version && deleted >= version; }
};

/// The webhooks that teams have made, and which are deleted. Those that were deleted stay: what was
/// sent to them, and why, can be told for ever.
class WebhookTable final : public ledger::Projection {
 public:
  std::string_view name() const override { return "webhooks"; }
  std::uint32_t format() const override { return 1; }
  void fold(const ledger::Entry& entry, std::size_t first, std::size_t last) override;
  Save save(std::uint64_t version) const override;
  ledger::Status load(std::uint64_t version, const ledger::ChunkSource& source) override;

  /// Null if there is none; it may be deleted.
  const Webhook* find(ledger::WebhookId id) const;
  /// Live as of the version, in the order of their creation. Takes time for those, for those that
  /// live at the head, and for what was deleted since.
  std::vector<Webhook> of_team(std::string_view team, std::uint64_t version) const;
  /// At the head.
  std::size_t live_count(std::string_view team) const;

 private:
  /// Places in `rows_`.
  struct OfTeam {
    std::vector<std::size_t> live;     ///< in the order of creation
    std::vector<std::size_t> deleted;  ///< in the order of deletion
  };

  void add(Webhook row);
  bool erase(ledger::WebhookId id, std::uint64_t entry);

  std::vector<Webhook> rows_;  ///< in the order of creation
  boost::unordered_flat_map<ledger::WebhookId, std::size_t, UlidHash> by_id_;
  std::map<std::string, OfTeam, std::less<>> by_team_;
};

}  // namespace jobledger::projections
