#include "daemon/parse/batch_list_query.h"

namespace jobledger::daemon::parse {
namespace {

std::optional<ledger::BatchStatus> read_status(const Query& query) {
  auto text = query.text("status");
  if (!text) return std::nullopt;
  auto status = ledger::batch_status_named(*text);
  if (!status) query.wrong("status", "must be processing, finished or error");
  return status;
}

}  // namespace

Parsed<BatchListQuery> parse_batch_list_query(const Parameters& parameters,
                                              std::uint32_t max_page) {
  return parse_query<BatchListQuery>(parameters, [max_page](const Query& query) {
    BatchListQuery list;
    list.page = read_page(query, max_page);
    list.status = read_status(query);
    list.from_date = query.date("from_date");
    list.to_date = query.date("to_date");
    return list;
  });
}

}  // namespace jobledger::daemon::parse
