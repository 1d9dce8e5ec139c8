#include <catch2/catch.hpp>

#include "daemon/parse/accept.h"

using jobledger::daemon::parse::asks_for;

TEST_CASE("which of two types an Accept header asks for", "[parse]") {
  auto [accept, asks] = GENERATE(table<std::string, bool>({
      {"", false},
      {"application/x-ndjson", true},
      {"Application/X-NDJSON", true},
      {"application/x-ndjson; charset=utf-8; Q=0.3", true},
      {" application/x-ndjson ;q=1.000 , application/json;q=0.999", true},
      {"application/x-ndjson, application/json", true},
      {"application/json, application/x-ndjson;q=0.9", false},
      {"application/x-ndjson;q=0.5, application/*;q=0.6", false},
      {"application/x-ndjson;q=0.5, */*;q=0.1", true},
      {"application/x-ndjson;q=0.5, */*", false},
      {"application/x-ndjson;q=0", false},
      {"application/x-ndjson;q=0.000, */*", false},
      {"application/x-ndjson;q=nonsense", true},
      {"application/*", false},
      {"*/*", false},
      {"text/html, application/xhtml+xml", false},
      {"application/x-ndjsonp", false},
      {",,;;", false},
  }));
  CAPTURE(accept);
  CHECK(asks_for(accept, "application/x-ndjson", "application/json") == asks);
}
