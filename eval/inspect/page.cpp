#include "eval/inspect/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/inspect/modality.h"
#include "data/io/image_io.h"
#include "eval/draw/coronal.h"
#include "eval/draw/embedded.h"
#include "eval/draw/overlay.h"
#include "eval/draw/page.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr int kWidth = 420;

using Greys = std::array<double, 2>;  // black and white

// A CT in soft tissue's window, any other scan over its own values.
Greys greys_of(const Image& scan, const std::string& channel) {
  if (modality_of_channel(channel) == "CT") return {-160, 240};
  const auto [least, largest] = std::minmax_element(scan.voxels.begin(), scan.voxels.end());
  return {*least, *largest > *least ? *largest : *least + 1};
}

std::string shown(const Picture& picture, const fs::path& place, const std::string& what) {
  write_png(place, picture.width, picture.height, picture.rgb);
  const std::string markup = fmt::format(
      "<figure><img alt=\"{0}\" src=\"{1}\" loading=\"lazy\"><figcaption>{0}</figcaption></figure>",
      escaped(what), image_uri(place));
  fs::remove(place);
  return markup;
}

// One plane, bare and with its label.
std::string plane_markup(const Image& scan, const LabelMap& labels, std::int64_t z,
                         const Greys& greys, const fs::path& place, const std::string& what) {
  const Window window = body_window(scan, z);
  const auto panel = [&](const LabelMap* map) {
    return render_slice(scan, map, z, window, kWidth, greys[0], greys[1]);
  };
  return shown(side_by_side({panel(nullptr), panel(&labels)}, 10), place, what);
}

std::string pictures_of(const Case& item, const std::string& channel, const fs::path& folder) {
  const fs::path place = folder / "picture.png";
  try {
    const Image scan = read_image(item.images.front());
    const LabelMap labels = item.label.empty() ? LabelMap(scan.geometry, 1) : read_label(item);
    if (const std::string gap = difference(labels.geometry, scan.geometry); !gap.empty())
      throw data_error("image and label lie on different grids ({})", gap);
    const Greys greys = greys_of(scan, channel);
    const std::int64_t z = fullest_slice(labels), y = fullest_coronal(labels);
    std::string markup =
        plane_markup(scan, labels, z, greys, place,
                     fmt::format("slice {} of {}, front up, the patient's right on the left", z + 1,
                                 scan.geometry.size[2]));
    if (scan.geometry.size[2] > 1)
      markup += plane_markup(coronal_slice(scan, y), coronal_slice(labels, y), 0, greys, place,
                             fmt::format("coronal plane {}, head up", y + 1));
    return markup;
  } catch (const Error& error) {
    return fmt::format("<p class=\"fine\">No picture: {}</p>\n", escaped(printable(error.what())));
  }
}

using FindingsOfCases = std::map<std::string, std::vector<const Finding*>>;

FindingsOfCases by_case(const std::vector<Finding>& findings) {
  FindingsOfCases of;
  for (const Finding& finding : findings) of[finding.subject].push_back(&finding);
  return of;
}

// 2: with a fatal finding, 1: with others.
int worst(const FindingsOfCases& findings, const std::string& id) {
  const auto found = findings.find(id);
  if (found == findings.end()) return 0;
  return std::any_of(found->second.begin(), found->second.end(),
                     [](const Finding* f) { return f->fatal; })
             ? 2
             : 1;
}

std::string findings_markup(const FindingsOfCases& findings, const std::string& id) {
  const auto found = findings.find(id);
  if (found == findings.end()) return "";
  std::string markup = "<ul class=\"findings\">";
  for (const Finding* f : found->second)
    markup += fmt::format("<li><b>{}</b> {}{}</li>", f->fatal ? "fatal" : "note",
                          escaped(printable(f->sentence)),
                          f->detail.empty() ? "" : " (" + escaped(printable(f->detail)) + ")");
  return markup + "</ul>\n";
}

std::string key_markup(const LabelSet& labels) {
  std::string markup = "<ul class=\"key\">";
  std::vector<Label> shown = labels.labels;
  if (labels.ignored) shown.push_back({"ignored", *labels.ignored});
  for (const Label& label : shown) {
    if (label.value == 0) continue;
    const auto c = label_colour(label.value);
    markup += fmt::format("<li><i style=\"background:rgb({},{},{})\"></i>{}</li>", c[0], c[1], c[2],
                          escaped(label.name));
  }
  return markup + "</ul>\n";
}

}  // namespace

std::vector<const Case*> worst_first(const Dataset& dataset, const std::vector<Finding>& findings,
                                     int most) {
  const FindingsOfCases of = by_case(findings);
  std::vector<const Case*> cases;
  for (const Case& item : dataset.cases) cases.push_back(&item);
  std::stable_sort(cases.begin(), cases.end(), [&](const Case* a, const Case* b) {
    return worst(of, a->id) > worst(of, b->id);
  });
  cases.resize(std::min(cases.size(), static_cast<std::size_t>(most)));
  return cases;
}

std::size_t write_inspection_page(const InspectionPage& input) {
  const Dataset& dataset = input.dataset;
  const FindingsOfCases of = by_case(input.findings);
  const auto cases = worst_first(dataset, input.findings, input.most);
  fs::create_directories(input.folder);
  std::string sheets = key_markup(dataset.labels);
  Progress progress("draw", static_cast<std::int64_t>(cases.size()), "cases");
  for (const Case* item : cases) {
    sheets += fmt::format("<h3 id=\"{0}\">{0}</h3>\n{1}<div class=\"pair\">{2}</div>\n",
                          escaped(item->id), findings_markup(of, item->id),
                          pictures_of(*item, dataset.channels.front(), input.folder));
    progress.advance();
  }
  Page page;
  page.title = "A look at " + dataset.name;
  page.data_note = cases_text(dataset);
  std::vector<std::string> lines = finding_lines(input.findings, true);
  for (std::string& line : finding_lines(input.findings, false)) lines.push_back(std::move(line));
  page.body = section_markup(
      "Findings", lines.empty() ? "<p>Nothing was found to be wrong.</p>" : notes_markup(lines));
  std::string note =
      "<p class=\"caption\">Cases with fatal findings first, then those with others. "
      "Left the image, right with the label.</p>\n";
  if (cases.size() < dataset.cases.size())
    note += fmt::format("<p class=\"caption\">{} more cases are not drawn (pictures={}).</p>\n",
                        dataset.cases.size() - cases.size(), input.most);
  page.body += section_markup("Case by case", note + sheets);
  page.provenance = {{"data", dataset.root.string()}};
  write_file(input.folder / "inspect.html", page_markup(page));
  return cases.size();
}

}  // namespace myoseg
