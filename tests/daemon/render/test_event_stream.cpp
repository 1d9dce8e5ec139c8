#include <catch2/catch.hpp>

#include "daemon/cli/event_reader.h"
#include "daemon/render/event_stream.h"

using namespace jobledger::daemon;

TEST_CASE("the text of Server-Sent Events", "[render]") {
  std::string text;
  render::retry(text, std::chrono::milliseconds(2000));
  render::position(text, 6);
  text += render::kEndOfBlock;
  render::begin_event(text, 7, "CancelJob");
  text += "{}";
  text += render::kEndOfEvent;
  render::comment(text, "heartbeat version=9");
  render::position(text, 8);
  text += render::kEndOfBlock;
  CHECK(text ==
        "retry: 2000\nid: 6\n\n"
        "id: 7\nevent: CancelJob\ndata: {}\n\n"
        ": heartbeat version=9\nid: 8\n\n");

  cli::EventReader reader;
  int events = 0;
  reader.feed(text, [&](const cli::ServerEvent& event) {
    ++events;
    CHECK(event.type == "CancelJob");
    CHECK(event.data == "{}");
    CHECK(reader.last_id() == "7");
  });
  CHECK(events == 1);
  CHECK(reader.last_id() == "8");
  CHECK(reader.retry() == std::chrono::milliseconds(2000));
}
