#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/json/writer.h"
#include "daemon/render/page_end.h"

namespace jobledger::daemon::render {

/// The members `items` and `next` of a list, which is written to `text`: the first `limit` of what
/// was found, or fewer if they are large (see page_end.h). `write(item)` writes one, `cursor(item)`
/// is what the client asks for to go on from there.
template <typename Item, typename Write, typename Cursor>
void page(json::Writer& out, const std::string& text, const projections::LogReader& log,
          const std::vector<Item>& found, std::size_t limit, Write write, Cursor cursor) {
  out.begin_array("items");
  std::size_t count = 0;
  for (; count < found.size() && count < limit; ++count) {
    if (count > 0 && page_ends(text, log)) break;
    write(found[count]);
  }
  out.end_array();
  out.field("next", count < found.size() ? std::optional(cursor(found[count])) : std::nullopt);
}

}  // namespace jobledger::daemon::render
