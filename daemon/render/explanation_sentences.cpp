#include "daemon/render/explanation_sentences.h"

#include "daemon/render/one_line.h"
#include "daemon/render/rule_in_words.h"

namespace jobledger::daemon::render {
namespace {

using ledger::ActorKind;
using ledger::Cause;
using ledger::CommandKind;
using ledger::Entry;
using ledger::Event;
using ledger::EventKind;
using ledger::JobStatus;
using projections::Explanation;
using projections::Link;
using Turn = Explanation::Turn;

constexpr std::size_t kMostNamed = 5;  ///< children that a sentence names

constexpr std::string_view kLedger = "the ledger itself";

std::string who(const Entry& entry) {
  const ledger::Actor& actor = entry.envelope.actor;
  if (actor.kind == ActorKind::system) return std::string(kLedger);
  std::string text = actor.name;
  if (!actor.on_behalf_of.empty()) text += " on behalf of " + actor.on_behalf_of;
  return text;
}

std::string at(const Entry& entry) {
  return " at " + ledger::to_rfc3339(entry.time) + " (entry " + std::to_string(entry.index) + ")";
}

/// A name stays as it is.
std::string sentence_case(std::string who) {
  return who == kLedger ? "The ledger itself" : who;
}

std::string did(const Entry& entry) {
  if (entry.envelope.actor.kind == ActorKind::system) return "did that";
  switch (entry.command.kind) {
    case CommandKind::finish_job:
    case CommandKind::fail_job:
    case CommandKind::report_stopped:
      return "reported that";
    default:
      return "asked for that";
  }
}

bool goes_without_saying(Cause cause) {
  return cause == Cause::none || cause == Cause::requested;
}

std::string error_of(const Event& event) {
  const auto* end = event.as_if<ledger::EndDetail>();
  return end && !end->error.empty() ? ": " + end->error : std::string();
}

std::string reason(const Entry& entry) {
  CommandKind kind = entry.command.kind;
  bool may_have_one = kind == CommandKind::cancel_job || kind == CommandKind::cancel_jobs ||
                      kind == CommandKind::cancel_batch || kind == CommandKind::undo_cancel;
  if (!entry.envelope.reason.empty()) return " The reason given: " + entry.envelope.reason + ".";
  return may_have_one ? " No reason was given." : "";
}

std::string what_happened(const Event& event) {
  switch (event.kind) {
    case EventKind::job_cancelled:
      return "was cancelled";
    case EventKind::stop_requested:
      return "was asked to stop";
    case EventKind::job_failed:
      return "ended in error";
    case EventKind::job_submitted:
      return "was created";
    case EventKind::job_unblocked:
      return "was queued";
    default:
      return "changed";
  }
}

/// What the job that pulled another in is to it.
std::string relation(const Event& event) {
  switch (event.cause) {
    case Cause::parent:
      return "its parent";
    case Cause::child:
    case Cause::child_finished:
      return "its child";
    case Cause::child_failed:
      return event.kind == EventKind::job_failed ? "its child" : "its sibling";
    case Cause::sibling:
      return "its sibling";
    default:
      return "another job";
  }
}

/// Tells one explanation.
class Telling {
 public:
  Telling(const Explanation& of, EntryFrames& frames) : of_(of), frames_(frames) {}

  std::vector<std::string> tell() {
    say(status());
    waits();
    chain();
    before();
    late();
    refused();
    return std::move(sentences_);
  }

 private:
  void say(std::string sentence) { sentences_.push_back(one_line(std::move(sentence))); }

  std::string worker() { return of_.claim ? who(frames_.at(*of_.claim)) : "a worker"; }

  std::string status() {
    const Link& first = of_.chain.front();
    std::string then = at(frames_.at(first.entry));
    std::string job = "Job " + of_.id.text();
    bool waits = of_.status == JobStatus::pending;
    switch (first.event.kind) {
      case EventKind::job_submitted:
        return waits ? job + " waits for its children since it was created" + then + "."
                     : job + " is queued since it was created" + then +
                           "; no worker has claimed it yet.";
      case EventKind::job_unblocked:
        return job + " is queued since the last of its children finished" + then + ".";
      case EventKind::job_requeued:
        return job + " is queued again: the lease of " + worker() + " ended" + then +
               " without a report.";
      case EventKind::job_reinstated:
        return job + (waits ? " waits for its children" : " is queued") +
               " again: its cancellation was undone" + then + ".";
      case EventKind::job_claimed:
        return job + " is being rendered by " + worker() + ", who claimed it" + then + ".";
      case EventKind::stop_requested:
        return job + " is being rendered by " + worker() + ", who was asked to stop" + then + ".";
      case EventKind::stop_withdrawn:
        return job + " is being rendered by " + worker() + "; a request to stop was withdrawn" +
               then + ".";
      case EventKind::job_finished:
        return job + " is finished: " + worker() + " said so" + then + ".";
      case EventKind::job_failed:
        return job + " ended in error" + then + error_of(first.event) + ".";
      default:
        return job + " was cancelled" + then + ".";
    }
  }

  void waits() {
    std::size_t more = of_.waits_for_more;
    std::string names;
    for (std::size_t i = 0; i < of_.waits_for.size(); ++i) {
      if (i >= kMostNamed) {
        ++more;
        continue;
      }
      const Explanation::Child& child = of_.waits_for[i];
      names +=
          (i > 0 ? ", " : "") + child.id.text() + " (" + std::string(name_of(child.status)) + ")";
    }
    if (names.empty()) return;
    if (more > 0) names += " and " + std::to_string(more) + " more";
    say("It waits for " + names + ".");
  }

  void chain() {
    for (std::size_t i = 0; i < of_.chain.size(); ++i) {
      const Link& link = of_.chain[i];
      if (link.via) {
        relative(link);
        continue;
      }
      command(link);
      if (i + 1 < of_.chain.size()) {
        say("That goes back to entry " + std::to_string(of_.chain[i + 1].entry) + ".");
      }
    }
    if (!of_.chain_is_whole) say("The chain goes on beyond what is told here; see the entries.");
  }

  /// Who pulled the job in.
  void relative(const Link& link) {
    std::string text = link.event.subject == of_.id ? "It" : link.event.subject.text();
    text += ' ' + what_happened(link.event);
    if (link.event.kind == EventKind::job_submitted) {
      return say(text + " with its parent " + link.via->text() + ".");
    }
    say(text + " because of " + relation(link.event) + ' ' + link.via->text() + ": " +
        std::string(rule_in_words(link.event)) + ".");
  }

  /// The command of the entry that the link ends in.
  void command(const Link& link) {
    const Entry& entry = frames_.at(link.entry);
    const ledger::Actor& actor = entry.envelope.actor;
    std::string text = sentence_case(who(entry)) + ' ' + did(entry) + ": " +
                       std::string(name_of(entry.command.kind)) + ", entry " +
                       std::to_string(link.entry);
    if (!actor.address.empty()) text += ", from " + actor.address;
    if (!actor.client.empty()) text += " with " + actor.client;
    if (!entry.envelope.request_id.empty()) text += ", request " + entry.envelope.request_id;
    if (goes_without_saying(link.event.cause)) return say(text + "." + reason(entry));
    say(text + "; " + std::string(rule_in_words(link.event)) + "." + reason(entry));
  }

  std::string turn(const Turn& turn) {
    const Entry& entry = frames_.at(turn.entry);
    std::string by = " by " + who(entry) + at(entry);
    switch (turn.what) {
      case Turn::What::cancelled:
        return "cancelled" + by;
      case Turn::What::reinstated:
        return "undone" + by;
      case Turn::What::stop:
        return "asked to stop" + by;
      case Turn::What::stop_withdrawn:
        return "told to go on" + by;
      case Turn::What::requeued:
        return "queued again, since its lease ended," + at(entry);
    }
    return {};
  }

  void before() {
    if (of_.before.empty()) return;
    std::string text = "Before that it was ";
    if (of_.before_older > 0) text = "Before that, and after more that its history tells, it was ";
    for (std::size_t i = 0; i < of_.before.size(); ++i) {
      text += (i > 0 ? ", then " : "") + turn(of_.before[i]);
    }
    say(text + ".");
  }

  std::string last_of(const projections::NewestEntries& of) {
    const Entry& entry = frames_.at(of.entries.back());
    return std::string(name_of(entry.command.kind)) + " by " + who(entry) + at(entry);
  }

  void late() {
    if (of_.late_reports.entries.empty()) return;
    std::size_t count = of_.late_reports.entries.size() + of_.late_reports.older;
    say((count == 1 ? "A report of a worker was refused: "
                    : std::to_string(count) + " reports of workers were refused, the last: ") +
        last_of(of_.late_reports) + ".");
  }

  void refused() {
    if (of_.refused_attempts.entries.empty()) return;
    std::size_t count = of_.refused_attempts.entries.size() + of_.refused_attempts.older;
    say((count == 1 ? "A command on it was refused: "
                    : std::to_string(count) + " commands on it were refused, the last: ") +
        last_of(of_.refused_attempts) + ".");
  }

  const Explanation& of_;
  EntryFrames& frames_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> sentences(const Explanation& of, EntryFrames& frames) {
  return Telling(of, frames).tell();
}

}  // namespace jobledger::daemon::render
