#include <algorithm>
#include <iterator>

#include "daemon/cli/manual.h"

namespace jobledger::daemon::cli {
namespace {

constexpr ManualText kTexts[] = {
    {"",
     "Job Ledger keeps render jobs and writes down for ever who cancelled what, when and why. One\n"
     "program is its daemon, its command line and its tools.\n"
     "\n"
     "Commands that talk to a running daemon take its address from --url or JOBLEDGER_URL and a\n"
     "token from --token-file or JOBLEDGER_TOKEN. Commands that take --data-dir work on the\n"
     "directory itself.\n"
     "\n"
     "On a terminal answers are tables with colours, cut to its width, and times in them are UTC\n"
     "without what the eye can spare. Elsewhere they are plain and whole. With --json they are "
     "what\n"
     "the daemon said.",
     "jobledger serve --data-dir /var/lib/jobledger\n"
     "export JOBLEDGER_URL=http://127.0.0.1:8080\n"
     "export JOBLEDGER_TOKEN=\"$(cat token)\"\n"
     "jobledger jobs --states queued,pending\n"
     "jobledger cancel --batch 01JA7Q3W5XKZ4T8N2M6B9C1D0J --reason 'wrong logo'"},
    {"serve",
     "Runs the daemon in the foreground. The first line on standard output says where it listens;\n"
     "its log goes to standard error. A flag goes over an environment variable, which goes over "
     "the\n"
     "file of --config. SIGTERM ends it well.",
     "jobledger serve --data-dir /var/lib/jobledger\n"
     "jobledger serve --data-dir data --listen 127.0.0.1:0\n"
     "jobledger serve --sample-config > jobledger.toml\n"
     "# The same setting by flag, by environment, and in the file, under [limits]:\n"
     "jobledger serve --data-dir data --limits-page-size 100\n"
     "JOBLEDGER_LIMITS_PAGE_SIZE=100 jobledger serve --data-dir data\n"
     "printf '[limits]\\npage_size = 100\\n' > limits.toml"},
    {"token create",
     "Prints a new token, once; the ledger keeps no more than its hash. Without --url it works on\n"
     "the directory, and its daemon must not run.",
     "jobledger token create --data-dir data --team studio --name portal > token\n"
     "jobledger token create --team studio --name farm --scope worker"},
    {"token list", "Lists the tokens that were issued, those that were revoked as well.",
     "jobledger token list --data-dir data"},
    {"token revoke", "From then on the token is refused; what was done with it stays on record.",
     "jobledger token revoke --data-dir data 01JA7Q3W5XKZ4T8N2M6B9C1D0K"},
    {"jobs",
     "Lists jobs a page at a time, or with --all every page: all of the version that the first "
     "page\n"
     "was of, whatever comes meanwhile. NOTE is where the output of a finished job is, or why a "
     "job\n"
     "ended.",
     "jobledger jobs --states queued,pending --tags spots\n"
     "jobledger jobs --sort newest_first --limit 20\n"
     "jobledger jobs --states queued --all --ids | xargs jobledger cancel"},
    {"job",
     "Shows one job. Why it is as it is tells `jobledger explain`, all that happened to it\n"
     "`jobledger history`.",
     "jobledger job 01JA7Q3W5XKZ4T8N2M6B9C1D0E\n"
     "jobledger job 01JA7Q3W5XKZ4T8N2M6B9C1D0E --as-of 2026-01-31T12:00:00Z"},
    {"batches",
     "Lists batches with how many of their jobs are finished, of how many, and in error.",
     "jobledger batches --status processing"},
    {"batch",
     "Shows a batch and its top-level jobs, in the order in which they were given. Cancelled jobs\n"
     "count among those in error.",
     "jobledger batch 01JA7Q3W5XKZ4T8N2M6B9C1D0J"},
    {"tree",
     "Draws the tree that a job is in, a job a line. What the newest cancel did stands behind the\n"
     "status: how the cascade came to the job, or that it left it alone. The job that was asked "
     "for\n"
     "stands out.",
     "jobledger tree 01JA7Q3W5XKZ4T8N2M6B9C1D0E\n"
     "jobledger tree 01JA7Q3W5XKZ4T8N2M6B9C1D0E --dot | dot -Tsvg > tree.svg"},
    {"cancel",
     "Cancels jobs that wait, and with each its waiting relatives: a parent, which can no longer "
     "be\n"
     "resolved, the siblings that wait for it, and all children. Several jobs are cancelled "
     "together\n"
     "or, if one of them cannot be, not at all (exit status 1).\n"
     "\n"
     "With --dry-run it says what would be done, and at which version; with --plan VERSION it is\n"
     "done only if it would still be the same.",
     "jobledger cancel 01JA7Q3W5XKZ4T8N2M6B9C1D0E --reason 'wrong logo'\n"
     "jobledger cancel --batch 01JA7Q3W5XKZ4T8N2M6B9C1D0J --dry-run\n"
     "jobledger cancel --batch 01JA7Q3W5XKZ4T8N2M6B9C1D0J --plan 4711"},
    {"undo",
     "Takes a cancellation back as a whole: each of its jobs is as it was. If any of them has "
     "moved\n"
     "on since, nothing is done (exit status 1). An undo can be undone, too.",
     "jobledger audit --actor portal\n"
     "jobledger undo 42 --reason 'the logo was right'"},
    {"explain",
     "Says in sentences, and as a tree, why a job is as it is: the chain of causes up to the "
     "request,\n"
     "who made it and why; what it waits for; who tried something else.",
     "jobledger explain 01JA7Q3W5XKZ4T8N2M6B9C1D0E"},
    {"history", "Lists every event of a job, and every attempt on it that was refused.",
     "jobledger history 01JA7Q3W5XKZ4T8N2M6B9C1D0E"},
    {"audit",
     "Lists who cancelled what, when and why, a command a line, the newest first: refused ones, "
     "and\n"
     "the system's own, too. The index of an entry is what `jobledger undo` takes.",
     "jobledger audit --actor portal --from 2026-01-01\n"
     "jobledger audit --outcome refused --json"},
    {"tail",
     "Prints each entry as it comes, over any number of connections, without a gap. Ctrl-C ends "
     "it.\n"
     "With --checkpoint it also watches that the ledger goes on from what it has signed before; "
     "exit\n"
     "status 1 if it does not.",
     "jobledger tail\n"
     "jobledger tail --from 0 --type CancelJobs --json"},
    {"worker run",
     "Claims jobs of the team, one at a time, and runs the command for each. The command gets\n"
     "\n"
     "on standard input the body that the job was created with, as JSON, in a file;\n"
     "\n"
     "in its environment JOBLEDGER_JOB_ID, JOBLEDGER_LEASE and JOBLEDGER_URL, and the token as\n"
     "JOBLEDGER_TOKEN only with --pass-token;\n"
     "\n"
     "as descriptor 3 a way to tell how it stands, a line each: `progress PERCENT`, and `output "
     "URL`\n"
     "for where the result is.\n"
     "\n"
     "Its output and its complaints go to standard error; what becomes of each job is a line on\n"
     "standard output. If it ends with 0 the job is finished, else it has failed, with the last\n"
     "lines of its complaints as the error.\n"
     "\n"
     "A heartbeat at each third of the lease keeps the job. If its answer says that somebody "
     "wants\n"
     "the job to stop, the process group of the command gets SIGTERM, and after --grace-seconds\n"
     "SIGKILL. So it does if the job is no longer ours. While the daemon does not answer, the "
     "command\n"
     "goes on, and how it ended is told again and again until the daemon has heard it.\n"
     "\n"
     "SIGINT or SIGTERM lets the present job end and takes no other. A second one kills its "
     "command,\n"
     "and the job fails; once nothing is left but to tell the daemon, a second one gives that up. "
     "If\n"
     "the worker itself is killed its command dies with it, and the job is queued again when the\n"
     "lease ends.",
     "jobledger worker run -- ./render.sh\n"
     "jobledger worker run --tags spots --once -- sh -c 'echo progress 50 >&3; render -'"},
    {"verify",
     "Reads every entry again, beside a running daemon, too: hashes, tree, checkpoints, and the\n"
     "projections against a fresh fold. Exit status 1 if anything is wrong; it says what, and at\n"
     "which index.",
     "jobledger verify --data-dir /var/lib/jobledger\n"
     "jobledger verify --data-dir /var/lib/jobledger --checkpoint kept.note"},
    {"receipt verify",
     "Says what a receipt of an entry proves, by nothing but the verifier key of the ledger. Exit\n"
     "status 1 if it proves nothing.",
     "jobledger receipt verify entry-42.receipt --key \"$(cat key)\""},
    {"key show", "Prints the verifier key that checkpoints and receipts are checked with.",
     "jobledger key show > key\n"
     "jobledger key show --data-dir data --all"},
    {"key rotate", "Signs with a new key from then on. That is an entry, which names both keys.",
     "jobledger key rotate"},
    {"replay",
     "Makes another ledger of a history, up to a version or a time, or without some commands: the\n"
     "later ones are decided again, and what comes out otherwise is reported.",
     "jobledger replay --data-dir data --until 4711 --into before\n"
     "jobledger replay --data-dir data --without 42 --into without-42"},
    {"rebuild", "Drops what is kept beside the log, and folds the log again.",
     "jobledger rebuild --data-dir data"},
    {"export",
     "Writes the ledger as NDJSON, an entry a line, beside a running daemon, too. Without --full "
     "the\n"
     "secrets of payloads are left out.",
     "jobledger export --data-dir data ledger.ndjson\n"
     "jobledger export --data-dir data | gzip > ledger.ndjson.gz"},
    {"import", "Makes a ledger of an export: entry by entry the same, under an id of its own.",
     "jobledger import --data-dir new ledger.ndjson"},
    {"repair",
     "Says what of a damaged ledger is whole, and changes nothing unless it is told to.\n"
     "--cut-at puts what follows aside, and an entry says so; --rebuild makes the database\n"
     "anew where no entry is damaged.",
     "jobledger repair --data-dir /var/lib/jobledger\n"
     "jobledger repair --data-dir /var/lib/jobledger --cut-at 1200 --reason 'disk error'"},
    {"backup",
     "Copies the ledger as it is at that moment, also beside its daemon, and verifies the copy.\n"
     "Files that the last backup has are shared with it where the file system can. The commands\n"
     "list and check below it are about the backups that there are.",
     "jobledger backup --data-dir /var/lib/jobledger --to /backup/jobledger\n"
     "jobledger backup --data-dir /var/lib/jobledger --to /backup/jobledger --quick"},
    {"backup list", "Lists the backups that there are, with what each shares with the one before.",
     "jobledger backup list --from /backup/jobledger"},
    {"backup check",
     "Reads a backup again: the checksums of its files, every entry and every body. Exits with 1 "
     "and\n"
     "names what is wrong.",
     "jobledger backup check /backup/jobledger\n"
     "jobledger backup check /backup/jobledger/000012"},
    {"restore",
     "Makes the same ledger of a backup, or with --version another one that ends earlier. An "
     "entry\n"
     "says that it was restored. The backup stays as it is.",
     "jobledger restore --from /backup/jobledger --into /var/lib/jobledger\n"
     "jobledger restore --from /backup/jobledger --version 1200 --into as-it-was"},
    {"completion",
     "Prints a script for bash or zsh that completes commands, options, the values of those that "
     "have\n"
     "few, and files. It is made of the program itself, so it knows what this version knows. "
     "Packages\n"
     "put it where shells find it.",
     "source <(jobledger completion bash)\n"
     "jobledger completion zsh > ~/.zfunc/_jobledger"},
    {"man", "Prints the manual of a command as roff, or writes the pages of all into a directory.",
     "jobledger man worker run | man -l -\n"
     "jobledger man --into ~/.local/share/man/man1"},
};

}  // namespace

const ManualText* manual_text(std::string_view command) {
  auto found = std::find_if(std::begin(kTexts), std::end(kTexts),
                            [&](const ManualText& text) { return text.command == command; });
  return found == std::end(kTexts) ? nullptr : &*found;
}

}  // namespace jobledger::daemon::cli
