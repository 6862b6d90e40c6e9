// agreement: masks of equals against each other.
#include <fmt/core.h>

#include <set>
#include <utility>

#include "core/config/override/override.h"
#include "core/names.h"
#include "eval/agreement/page.h"
#include "eval/draw/table_text.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/evaluate/command.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

enum class ResampleTo { none, last };
constexpr std::array<std::string_view, 2> choice_names(ResampleTo) { return {"none", "last"}; }

struct AgreementCommand : MaskCommand {
  AgreementCommand() { out = "agreement"; }
  std::vector<fs::path> masks;
  std::vector<std::string> readers;
  ResampleTo resample_to = ResampleTo::none;
};
void describe(Fields& f, AgreementCommand& o) {
  f("masks", o.masks, kAny.must_be_given(),
    "Folders of the readers' label maps, two or more: [FOLDER,FOLDER]; each holds label maps, or "
    "one folder a case with a mask of each structure.");
  f("readers", o.readers, "What the readers are called; empty: as their folders.");
  f("resample_to", o.resample_to,
    "last: masks on other grids are brought onto the last reader's, by nearest voxel.");
  describe_common(f, o);
  f.require(o.masks.empty() || o.masks.size() >= 2, "masks must name at least two folders");
  f.require(o.readers.empty() || o.readers.size() == o.masks.size(),
            "readers must name as many readers as masks has folders");
}

// The folder's name; the whole path where two are called alike.
std::vector<Reader> named_readers(const AgreementCommand& o) {
  std::vector<Reader> readers;
  std::set<std::string> names;
  for (const fs::path& folder : o.masks) {
    readers.push_back({folder_name(folder), "masks", folder});
    names.insert(readers.back().name);
  }
  const bool alike = names.size() < readers.size();
  for (std::size_t r = 0; r < readers.size(); ++r) {
    if (!o.readers.empty())
      readers[r].name = o.readers[r];
    else if (alike)
      readers[r].name = o.masks[r].string();
  }
  return readers;
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(quoted_text(word));
  return join(quoted, ",");
}

}  // namespace

std::vector<FieldHelp> agreement_options() { return help_fields(AgreementCommand{}); }

int agreement_command(const Request& typed) {
  Request request = typed;
  // The readers' folders may be named without their key.
  std::vector<std::string> folders;
  std::erase_if(request.overrides, [&](const std::string& word) {
    const bool folder = word.find('=') == std::string::npos && fs::is_directory(word);
    if (folder) folders.push_back(word);
    return folder;
  });
  if (!folders.empty()) request.overrides.push_back("masks=[" + quoted_list(folders) + "]");
  const auto options = only_options<AgreementCommand>(request.overrides);
  prepare_process(options);
  ForeignMasks masks =
      find_masks({named_readers(options), options.images, options.dataset, options.cases});
  MaskOptions how;
  how.resample = options.resample_to == ResampleTo::last;
  how.resample_option = "resample_to=last";
  Failures failures;
  const std::size_t found = masks.cases.size();
  MaskResults results = evaluate(masks, options, how, failures);

  AgreementPage page;
  page.folder = options.out;
  page.agreement = agreement_of(masks, results, options.icc);
  page.data_note = fmt::format("{} readers, {} cases, {} regions", masks.readers.size(),
                               masks.cases.size(), masks.regions.size());
  page.scores = std::move(results.scores);
  page.shown = shown_metrics(options.scores.metrics);
  page.provenance = {{"command", request.command_line}};
  for (const Reader& reader : masks.readers)
    page.provenance.emplace_back(reader.name, reader.folder.string());
  write_agreement_page(page);
  fmt::print("{}\n\n{} of {} cases compared. Report: {}\n", to_markdown(overlap_table(page)),
             masks.cases.size(), found, (options.out / "report.html").string());
  failures.throw_if_any(found, "cases");
  return 0;
}

}  // namespace myoseg
