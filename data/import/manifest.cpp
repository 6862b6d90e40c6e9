#include "data/import/manifest.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

void write_private(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  const ::mode_t before = ::umask(077);
  try {
    write_file(file, text);
  } catch (...) {
    ::umask(before);
    throw;
  }
  ::umask(before);
}

}  // namespace

std::string import_salt(const fs::path& out) {
  const fs::path file = out / kManifest;
  if (!fs::exists(file)) return Pseudonyms::new_salt();
  const std::string salt = text_at(parse_json(read_file(file), file.string()), "salt");
  if (salt.size() != 64)
    throw data_error("{}: holds no salt, so names would change; import into a new folder",
                     file.string());
  return salt;
}

void write_manifest(const fs::path& out, const std::vector<PlannedSeries>& plan,
                    const Archive& archive, const Pseudonyms& pseudonyms) {
  Json cases = Json::object(), damaged = Json::object();
  for (const PlannedSeries& p : plan)
    cases[p.case_id] = {{"patient", p.patient},
                        {"patient_id", p.series.patient_id},
                        {"study", p.series.study_uid},
                        {"series", p.series.series_uid},
                        {"institution", p.series.institution},
                        {"description", p.series.series_description},
                        {"folder", p.series.files.front().parent_path().string()},
                        {"taken", p.taken()},
                        {"why_not", p.problem.empty() ? p.refusal : p.problem}};
  for (const auto& [file, why] : archive.damaged) damaged[file.string()] = why;
  const Json all{{"salt", pseudonyms.salt()}, {"cases", cases}, {"damaged", damaged}};
  write_private(out / kManifest, json_text(all, 1) + "\n");
}

}  // namespace myoseg
