#include "experiments/run/provenance.h"

#include <fmt/chrono.h>
#include <torch/version.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "core/threads.h"
#include "experiments/run/version.h"

namespace myoseg {
using Json = nlohmann::ordered_json;

std::string provenance(const RunOrigin& origin, const std::string& hash,
                       const std::filesystem::path& data_root, const std::string& data_hash,
                       const std::string& starting_weights) {
  Json json{{"run", hash},
            {"command", origin.command_line},
            {"differs", origin.differs},
            {"program", program_version()},
            {"libtorch", TORCH_VERSION},
            {"compiler", __VERSION__},
            {"started", fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)))},
            {"host", host_name()},
            {"threads", thread_count()},
            {"data_root", data_root.string()},
            {"data", data_hash}};
  if (!starting_weights.empty()) json["starting_weights"] = starting_weights;
  return json_text(json, 1) + "\n";
}

void keep_data_hashes(const std::filesystem::path& cache, const DataHashes& data) {
  const std::filesystem::path file = cache / "data" / (data.all + ".json");
  if (data.files.empty() || std::filesystem::exists(file)) return;
  Json files = Json::object();
  for (const auto& [name, content] : data.files) files[name] = content;
  write_file(file, json_text(files, 1) + "\n");
}

std::vector<std::pair<std::string, std::string>> provenance_rows(
    const std::filesystem::path& file) {
  std::vector<std::pair<std::string, std::string>> rows;
  const Json json =
      parse_json(read_file(file), file.string());  // a name: it outlives the loop's range
  for (const auto& [name, value] : json.items())
    if (name != "data_files")  // of runs made before these were kept once for all runs
      rows.emplace_back(name, value.is_string() ? value.get<std::string>() : json_text(value));
  return rows;
}

}  // namespace myoseg
