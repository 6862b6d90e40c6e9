#include "data/import/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/progress.h"
#include "data/io/itk/itk.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// By the header of the first file; "" when the rules allow it.
std::string refused_by_header(const ArchivedSeries& s, const ImportRules& rules) {
  if (s.damaged > 0) return fmt::format("{} of its files are damaged", s.damaged);
  if (std::find(rules.modality.begin(), rules.modality.end(), s.modality) == rules.modality.end())
    return fmt::format("modality {}", s.modality.empty() ? "not said" : s.modality);
  if (!like_one_of(rules.description, s.series_description))
    return "description is like none asked for";
  if (!rules.not_description.empty() && like_one_of(rules.not_description, s.series_description))
    return "description is like one to be left out";
  if (!like_one_of(rules.kernel, s.kernel))
    return fmt::format("kernel {}", s.kernel.empty() ? "not said" : s.kernel);
  if (rules.contrast == Contrast::with && !s.contrast) return "no contrast agent is named";
  if (rules.contrast == Contrast::without && s.contrast) return "with a contrast agent";
  return "";
}

std::string refused_by_slices(const PlannedSeries& p, const ImportRules& rules) {
  if (p.slices < rules.min_slices)
    return fmt::format("{} slices are fewer than {}", p.slices, rules.min_slices);
  const double distance = p.geometry->spacing[2];
  if (distance < rules.min_thickness || distance > rules.max_thickness)
    return fmt::format("slices are {:.3g} mm apart", distance);
  return "";
}

void read_slices(PlannedSeries& p, const ImportRules& rules) {
  try {
    std::vector<SliceHeader> slices = stack_of(p.series, &p.notes);
    p.slices = static_cast<std::int64_t>(slices.size());
    if (slices.front().localizer) {
      p.refusal = "localizer";
      return;
    }
    const SeriesOptions options{rules.untilt, rules.even_out};
    p.geometry = arrange_series(p.case_id, std::move(slices), options).geometry;
    p.refusal = refused_by_slices(p, rules);
  } catch (const Error& error) {
    p.problem = error.what();
    p.refusal = without_names(error.what(), p.series);
    if (p.refusal.starts_with(p.case_id + ": ")) p.refusal.erase(0, p.case_id.size() + 2);
  }
}

bool lies_beside(const ArchivedLabel& label, const ArchivedSeries& series) {
  const fs::path folder = series.files.front().parent_path();
  return label.path.parent_path() == folder;
}

// Whether structures are of this series: by its UID; by place in the patient where they name none.
bool belongs(const ArchivedLabel& label, const ArchivedSeries& series) {
  if (!label.dicom) return lies_beside(label, series);
  if (label.series.contains(series.series_uid)) return true;
  return label.series.empty() && label.study_uid == series.study_uid &&
         !label.frame_of_reference.empty() && label.frame_of_reference == series.frame_of_reference;
}

using Labels = std::vector<ArchivedLabel>;

// Labels by what finds them: the series they name, the study they are of, the folder they lie in.
class LabelIndex {
 public:
  LabelIndex(const Labels& labels, const ImportRules& rules) {
    for (const ArchivedLabel& label : labels) {
      if (!like_one_of(rules.label_description, label.description)) continue;
      if (!label.dicom) by_place_[label.path.parent_path()].push_back(&label);
      for (const std::string& uid : label.series) by_place_["series " + uid].push_back(&label);
      if (label.dicom && label.series.empty())
        by_place_["study " + label.study_uid].push_back(&label);
    }
  }
  [[nodiscard]] Labels of(const ArchivedSeries& series) const {
    Labels found;
    for (const fs::path& key :
         {series.files.front().parent_path(), fs::path("series " + series.series_uid),
          fs::path("study " + series.study_uid)})
      if (const auto at = by_place_.find(key); at != by_place_.end())
        for (const ArchivedLabel* label : at->second)
          if (belongs(*label, series)) found.push_back(*label);
    return found;
  }

 private:
  std::map<fs::path, std::vector<const ArchivedLabel*>> by_place_;
};

// More slices, or thinner ones, come first; then the lower number.
bool preferred(const PlannedSeries& a, const PlannedSeries& b, Prefer prefer) {
  if (a.labels.empty() != b.labels.empty()) return b.labels.empty();
  if (prefer == Prefer::thinnest && a.geometry->spacing[2] != b.geometry->spacing[2])
    return a.geometry->spacing[2] < b.geometry->spacing[2];
  if (a.slices != b.slices) return a.slices > b.slices;
  return a.series.series_number.size() != b.series.series_number.size()
             ? a.series.series_number.size() < b.series.series_number.size()
             : a.series.series_number < b.series.series_number;
}

void keep_one(std::vector<PlannedSeries>& plan, const ImportRules& rules) {
  if (rules.one_per == OnePer::series) return;
  std::map<std::string, PlannedSeries*> first;
  for (PlannedSeries& p : plan) {
    if (!p.taken()) continue;
    const std::string key =
        p.series.patient + (rules.one_per == OnePer::study ? ' ' + p.series.study_uid : "");
    PlannedSeries*& best = first[key];
    PlannedSeries* other = &p;
    if (best == nullptr || preferred(p, *best, rules.prefer)) std::swap(best, other);
    if (other != nullptr && other != best)
      other->refusal = fmt::format("another series of the {} is preferred",
                                   rules.one_per == OnePer::study ? "study" : "patient");
  }
}

// Where it stands as a word of its own.
void replace_all(std::string& text, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  const auto in_word = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
    if ((at > 0 && in_word(at - 1)) || in_word(at + what.size())) {
      ++at;
      continue;
    }
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

void require_different(const std::vector<PlannedSeries>& plan) {
  std::map<std::string, std::string> of;
  std::set<std::string> cases;
  for (const PlannedSeries& p : plan)
    if (!cases.insert(p.case_id).second ||
        of.emplace(p.patient, p.series.patient).first->second != p.series.patient)
      throw failure("two series or patients got the pseudonym {}; import into a new folder",
                    p.case_id);
}

}  // namespace

std::string without_names(std::string sentence, const ArchivedSeries& series) {
  for (std::size_t i = 0; i < series.files.size(); ++i) {
    const std::string slice = fmt::format("image {}", i + 1);
    replace_all(sentence, series.files[i].string(), slice);
    const std::string name = series.files[i].filename().string();
    if (sentence.find(name) != std::string::npos) replace_all(sentence, name, slice);
  }
  replace_all(sentence, series.files.front().parent_path().string(), "series");
  replace_all(sentence, series.series_uid, "series");
  replace_all(sentence, series.series_description, "description");
  return sentence;
}

std::vector<SliceHeader> stack_of(const ArchivedSeries& series, std::vector<std::string>* others) {
  std::vector<Stack> stacks = split_stacks(itk_io::dicom_slices(series.files));
  if (others != nullptr)
    for (std::size_t i = 1; i < stacks.size(); ++i)
      others->push_back(fmt::format("{} other images are not taken ({}{})", stacks[i].slices.size(),
                                    stacks[i].localizer ? "localizer, " : "", stacks[i].what));
  return std::move(stacks.front().slices);
}

std::vector<PlannedSeries> plan_import(Archive archive, const ImportRules& rules,
                                       const Pseudonyms& pseudonyms) {
  const LabelIndex labels(archive.labels, rules);
  std::vector<PlannedSeries> plan;
  Progress progress("look at", static_cast<std::int64_t>(archive.series.size()), "series");
  for (ArchivedSeries& series : archive.series) {
    PlannedSeries p;
    p.series = std::move(series);
    p.patient = pseudonyms.patient(p.series.patient);
    p.case_id = pseudonyms.series(p.series.patient, p.series.series_uid);
    p.slices = static_cast<std::int64_t>(p.series.files.size());
    p.refusal = refused_by_header(p.series, rules);
    if (p.taken()) p.labels = labels.of(p.series);
    if (p.taken() && rules.only_labelled && p.labels.empty()) p.refusal = "without a label";
    if (p.taken()) read_slices(p, rules);
    plan.push_back(std::move(p));
    progress.advance();
  }
  require_different(plan);
  keep_one(plan, rules);
  return plan;
}

std::vector<LabelRule> labels_of(const std::vector<PlannedSeries>& plan, const ImportRules& rules) {
  std::vector<LabelRule> labels = rules.labels;
  for (LabelRule& rule : labels)
    if (rule.from.empty()) rule.from = {rule.name};
  if (!labels.empty()) return labels;
  std::set<std::string> names;
  for (const PlannedSeries& p : plan)
    for (const ArchivedLabel& label : p.labels)
      if (p.taken()) {
        try {
          const auto source = open_structures(label.path);
          for (const Structure& one : source->structures()) names.insert(one.name);
        } catch (const Error&) {  // its case says so
          continue;
        }
      }
  if (names.size() > 255)
    throw data_error(
        "the labels hold {} structures of different names, more than the 255 of a label map; say "
        "with labels=[{{name: ..., from: [...]}}] which become what",
        names.size());
  for (const std::string& name : names) labels.push_back({name, {name}});
  return labels;
}

}  // namespace myoseg
