#include "daemon/parse/page_query.h"

#include <limits>

namespace jobledger::daemon::parse {

PageQuery read_page(const Query& query, std::uint32_t max_page) {
  PageQuery page;
  page.cursor = query.whole("cursor", 0, std::numeric_limits<std::uint32_t>::max());
  page.limit = query.limit(max_page);
  return page;
}

Parsed<PageQuery> parse_page_query(const Parameters& parameters, std::uint32_t max_page) {
  return parse_query<PageQuery>(
      parameters, [max_page](const Query& query) { return read_page(query, max_page); });
}

}  // namespace jobledger::daemon::parse
