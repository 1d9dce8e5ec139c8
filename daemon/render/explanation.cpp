#include "daemon/render/explanation.h"

#include <algorithm>

#include "daemon/json/writer.h"
#include "daemon/render/cancellation.h"
#include "daemon/render/command.h"
#include "daemon/render/entry.h"
#include "daemon/render/entry_frames.h"
#include "daemon/render/explanation_sentences.h"
#include "daemon/render/refusal.h"
#include "daemon/render/rule_in_words.h"

namespace jobledger::daemon::render {
namespace {

using ledger::Entry;
using projections::Explanation;
using projections::Link;
using Turn = Explanation::Turn;

std::string_view name_of(Turn::What what) {
  switch (what) {
    case Turn::What::cancelled:
      return "cancelled";
    case Turn::What::reinstated:
      return "reinstated";
    case Turn::What::stop:
      return "stop-requested";
    case Turn::What::stop_withdrawn:
      return "stop-withdrawn";
    case Turn::What::requeued:
      return "requeued";
  }
  return "unknown";
}

void link(json::Writer& out, const Link& link) {
  out.begin_object();
  out.field("id", link.event.subject);
  out.field("event", name_of(link.event.kind));
  status_or_null(out, "before", link.event.before);
  status_or_null(out, "after", link.event.after);
  cause_and_via(out, link.event, link.via);
  out.field("index", link.entry);
  out.field("rule", rule_in_words(link.event));
  out.end_object();
}

/// An answer made of what was explained and of the entries that it names.
class Rendering {
 public:
  Rendering(const projections::State& state, EntryFrames& frames, const Explanation& of,
            std::uint64_t version, std::string& text)
      : state_(state), frames_(frames), of_(of), version_(version), out_(text) {}

  void render() {
    const Link& first = of_.chain.front();
    out_.begin_object();
    out_.field("id", of_.id);
    out_.field("status", name_of(of_.status));
    out_.field("index", first.entry);
    out_.time_field("time", frames_.at(first.entry).time);
    out_.field("version", version_);
    chain();
    out_.key("claim");
    of_.claim ? head(frames_.at(*of_.claim)) : out_.null();
    out_.field("stopping", of_.stopping);
    waits_for();
    turns();
    refused("lateReports", of_.late_reports);
    refused("refusedAttempts", of_.refused_attempts);
    omitted();
    out_.begin_array("sentences");
    for (const std::string& sentence : sentences(of_, frames_)) out_.string(sentence);
    out_.end_array();
    out_.end_object();
  }

 private:
  void head(const Entry& entry) {
    out_.begin_object();
    entry_head(out_, entry);
    out_.end_object();
  }

  void command(const Entry& entry) {
    out_.begin_object();
    entry_head(out_, entry);
    text_or_null(out_, "traceparent", entry.envelope.traceparent);
    entry_links(out_, state_, entry, version_);
    out_.end_object();
  }

  void chain() {
    out_.begin_array("chain");
    for (const Link& each : of_.chain) link(out_, each);
    out_.end_array();
    out_.key("command");
    command(frames_.at(of_.chain.back().entry));
    out_.begin_array("commands");
    std::optional<std::uint64_t> last;
    for (const Link& each : of_.chain) {
      if (each.entry != last) command(frames_.at(each.entry));
      last = each.entry;
    }
    out_.end_array();
  }

  void waits_for() {
    out_.begin_array("waitsFor");
    for (const Explanation::Child& child : of_.waits_for) {
      out_.begin_object();
      out_.field("id", child.id);
      out_.field("status", name_of(child.status));
      out_.end_object();
    }
    out_.end_array();
  }

  void turns() {
    out_.begin_array("before");
    for (const Turn& turn : of_.before) {
      out_.begin_object();
      out_.field("what", render::name_of(turn.what));
      status_or_null(out_, "status", turn.status);
      entry_head(out_, frames_.at(turn.entry));
      out_.end_object();
    }
    out_.end_array();
  }

  /// One command may have been refused for a thousand jobs: this one if it is among them, else
  /// the first.
  ledger::Refusal about_this(ledger::Refusal refusal) const {
    auto& offenders = refusal.offenders;
    auto is_this = [id = of_.id.text()](const auto& offender) { return offender.id == id; };
    auto kept = std::find_if(offenders.begin(), offenders.end(), is_this);
    if (kept == offenders.end()) kept = offenders.begin();
    if (kept != offenders.end()) offenders = {ledger::Offender(*kept)};
    return refusal;
  }

  void refused(const char* name, const projections::NewestEntries& of) {
    out_.begin_array(name);
    for (std::uint64_t index : of.entries) {
      const Entry& entry = frames_.at(index);
      out_.begin_object();
      entry_head(out_, entry);
      render::command(out_, entry);
      out_.key("refusal");
      refusal(out_, about_this(*entry.refusal));
      out_.end_object();
    }
    out_.end_array();
  }

  void omitted() {
    out_.begin_object("omitted");
    out_.field("chain", !of_.chain_is_whole);
    out_.field("waitsFor", of_.waits_for_more);
    out_.field("before", of_.before_older);
    out_.field("lateReports", of_.late_reports.older);
    out_.field("refusedAttempts", of_.refused_attempts.older);
    out_.end_object();
  }

  const projections::State& state_;
  EntryFrames& frames_;
  const Explanation& of_;
  const std::uint64_t version_;
  json::Writer out_;
};

}  // namespace

std::string explanation(const projections::State& state, projections::LogReader& log,
                        const Explanation& of, std::uint64_t version) {
  std::string text;
  EntryFrames frames(log);
  Rendering(state, frames, of, version, text).render();
  return text;
}

}  // namespace jobledger::daemon::render
