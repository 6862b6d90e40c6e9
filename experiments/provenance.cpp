#include "experiments/provenance.h"

#include <fmt/chrono.h>
#include <torch/version.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/threads.h"

namespace myoseg {
using Json = nlohmann::ordered_json;

std::string program_version() {
  return fmt::format("myoseg {} ({})", MYOSEG_VERSION, MYOSEG_COMMIT);
}

std::string provenance(const std::string& command_line, const std::string& hash) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return Json{{"run", hash},
              {"command", command_line},
              {"program", program_version()},
              {"libtorch", TORCH_VERSION},
              {"compiler", __VERSION__},
              {"started", fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)))},
              {"host", host.data()},
              {"threads", thread_count()}}
             .dump(1) +
         "\n";
}

std::vector<std::pair<std::string, std::string>> provenance_rows(
    const std::filesystem::path& file) {
  std::vector<std::pair<std::string, std::string>> rows;
  const Json json = Json::parse(read_file(file));  // a name, so that it outlives the loop's range
  for (const auto& [name, value] : json.items())
    rows.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  return rows;
}

}  // namespace myoseg
