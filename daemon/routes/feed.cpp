#include "daemon/streams/feed.h"

#include "daemon/parse/accept.h"
#include "daemon/parse/entries_query.h"
#include "daemon/render/refusal.h"
#include "daemon/routes/call.h"
#include "daemon/streams/entry_lines.h"

namespace jobledger::daemon::routes {
namespace {

constexpr std::string_view kLines = "application/x-ndjson";
constexpr std::string_view kLastEventId = "Last-Event-ID";

streams::Reader reader_of(Core& core, const Call& call) {
  return {core.state, core.clock, call.actor.token};
}

streams::EntryStream::Request request_of(const Call& call) {
  return {call.request_id, call.traceparent};
}

http::Reply too_many(const Call& call) {
  http::Reply refused = render::error(503, "too_many_followers",
                                      "too many follow the feed; try again later", call.request_id);
  refused.headers.emplace_back("Retry-After", "5");
  return refused;
}

http::Reply streamed(std::shared_ptr<http::BodySource> source, std::string_view type) {
  http::Reply reply;
  reply.content_type = type;
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would keep pieces back
  reply.source = std::move(source);
  return reply;
}

}  // namespace

bool wants_entry_lines(const Call& call) {
  return parse::asks_for(call.request.header("Accept"), kLines, "application/json");
}

http::Reply stream_entries(Core& core, const Call& call) {
  auto query = parse::parse_entry_lines_query(call.request.query);
  if (!query.ok()) return bad_request(call, query.problems);
  query.value.filter.reach = call.reach;
  streams::EntryCursor cursor(core.state, core.store, std::move(query.value.filter),
                              query.value.from);
  http::Reply reply = streamed(
      std::make_shared<streams::EntryLines>(core.streams, request_of(call), reader_of(core, call),
                                            std::move(cursor), call.version, query.value.limit),
      kLines);
  reply.headers.emplace_back("Vary", "Accept");
  return reply;
}

http::Reply get_feed(Core& core, const Call& call) {
  auto query = parse::parse_feed_query(call.request.query, call.request.header(kLastEventId));
  if (call.request.parameter("asOf").value_or("") != "") {
    query.problems.push_back({"asOf", "is not for a feed, which goes on; say where with from"});
  }
  if (!query.ok()) return bad_request(call, query.problems);
  std::uint64_t from = query.value.from.value_or(call.version);
  if (from > call.version) {
    bool comes_back = !call.request.header(kLastEventId).empty();
    return bad_request(call,
                       {{std::string(comes_back ? kLastEventId : "from"),
                         "is above the head, which is version " + std::to_string(call.version)}});
  }
  auto place = core.feed_places.take(from);
  if (!place) return too_many(call);
  query.value.filter.reach = call.reach;
  streams::EntryCursor cursor(core.state, core.store, std::move(query.value.filter), from);
  return streamed(
      std::make_shared<streams::Feed>(
          core.streams, request_of(call), reader_of(core, call), core.state, std::move(cursor),
          std::chrono::seconds(core.settings.feed.heartbeat_seconds), std::move(place)),
      "text/event-stream");
}

}  // namespace jobledger::daemon::routes
