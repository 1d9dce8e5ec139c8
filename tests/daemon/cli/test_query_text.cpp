#include <catch2/catch.hpp>

#include "daemon/cli/query_text.h"

using jobledger::daemon::cli::query_text;

TEST_CASE("the query of a request", "[cli]") {
  CHECK(query_text({}).empty());
  CHECK(query_text({{"a", ""}, {"b", ""}}).empty());
  CHECK(query_text({{"a", "1"}, {"b", ""}, {"c", "x y&z=\xc3\xa4"}}) ==
        "?a=1&c=x%20y%26z%3D%C3%A4");
}
