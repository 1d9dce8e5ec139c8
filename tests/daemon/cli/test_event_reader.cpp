#include <catch2/catch.hpp>

#include "daemon/cli/event_reader.h"

namespace jobledger::daemon::cli {
namespace {

/// What comes of the bytes: `type=data@id;` for each event.
std::string read(EventReader& reader, std::string_view bytes, std::size_t at_a_time) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += at_a_time) {
    reader.feed(bytes.substr(at, at_a_time), [&](const ServerEvent& event) {
      text += event.type + "=" + event.data + "@" + reader.last_id() + ";";
    });
  }
  return text;
}

struct Row {
  std::string bytes;
  std::string events;
};

TEST_CASE("events are read from bytes, however they are cut", "[cli]") {
  const Row rows[] = {
      {"data: a\n\n", "message=a@;"},
      {"id: 1\nevent: E\ndata: a\n\n", "E=a@1;"},
      {"id: 1\r\nevent: E\r\ndata: a\r\n\r\n", "E=a@1;"},
      {"id: 1\revent: E\rdata: a\r\r", "E=a@1;"},
      {"data: a\ndata: b\n\n", "message=a\nb@;"},
      {"data:a\n\ndata:  b\n\n", "message=a@;message= b@;"},
      {"data\n\n", "message=@;"},
      {": a comment\n\nid: 4\n\ndata: x\n\n", "message=x@4;"},
      {"id: 4\ndata: x\n\nid\ndata: y\n\n", "message=x@4;message=y@;"},
      {"event: E\n\ndata: x\n\n", "message=x@;"},
      {"\xef\xbb\xbf"
       "data: a\n\n",
       "message=a@;"},
      {"data: unfinished\n", ""},
      {"nonsense: a\ndata: b\n\n", "message=b@;"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    for (std::size_t at_a_time : {1U, 2U, 3U, 1000U}) {
      EventReader reader;
      CHECK(read(reader, row.bytes, at_a_time) == row.events);
    }
  }
}

TEST_CASE("an id with a NUL in it and a retry that is no number are passed over", "[cli]") {
  EventReader reader;
  read(reader, std::string_view("id: 1\n\nid: 2\0\nretry: 5x\n\n", 25), 7);
  CHECK(reader.last_id() == "1");
  CHECK_FALSE(reader.retry());
}

TEST_CASE("on a new connection what was begun is forgotten, the last id is not", "[cli]") {
  EventReader reader;
  CHECK(read(reader, "id: 1\ndata: a\n\nid: 2\nevent: E\ndata: b", 1000) == "message=a@1;");
  reader.restart();
  CHECK(reader.last_id() == "1");
  CHECK(read(reader, "data: c\n\n", 1000) == "message=c@1;");
}

}  // namespace
}  // namespace jobledger::daemon::cli
