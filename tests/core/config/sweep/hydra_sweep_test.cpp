// Sweeps and their jobs, judged by what Hydra makes of them.
#include <gtest/gtest.h>

#include "core/config/sweep/sweep.h"
#include "tests/core/config/hydra_folder.h"

namespace myoseg {
namespace {

using testing::Json;
using testing::same;

const Json* job_error(const Json& expected, std::size_t job) {
  if (expected.contains("job_errors"))
    for (const Json& entry : expected["job_errors"])
      if (entry["job"].get<std::size_t>() == job) return &entry["error"];
  return nullptr;
}

std::string check_job(const ComposeRequest& request, const Json& expected, std::size_t job) {
  const Json* error = job_error(expected, job);
  try {
    const Composition c = compose(request);
    if (error != nullptr) return "composed, where Hydra says " + (*error)["kind"].dump();
    const Json dirname = expected["override_dirnames"][job];
    if (auto wrong = same("override_dirname", c.override_dirname, dirname); !wrong.empty())
      return wrong;
    if (auto wrong = same("output_dir", output_directory(c), expected["output_dirs"][job]);
        !wrong.empty())
      return wrong;
    return expected.contains("configs")
               ? testing::difference(c.config, expected["configs"][job], "config")
               : "";
  } catch (const ConfigError& fault) {
    if (error == nullptr) return std::string("refused: ") + fault.what();
    return testing::error_difference(fault, *error);
  }
}

std::string check_sweep(const Json& one, const Json& file) {
  const testing::CaseFolder folder(one, file);
  const ComposeRequest request = folder.request();
  const Json expected = folder.expected();
  SweepPlan plan;
  try {
    plan = expand_sweep(request);
  } catch (const ConfigError& fault) {
    if (!expected.contains("error")) return std::string("refused: ") + fault.what();
    return testing::error_difference(fault, expected["error"]);
  }
  if (expected.contains("error")) return "expanded, where Hydra says " + expected["error"].dump();
  if (auto wrong = same("jobs", Json(plan.jobs), expected["jobs"]); !wrong.empty()) return wrong;
  for (std::size_t job = 0; job < plan.jobs.size(); ++job)
    if (auto wrong = check_job(job_request(request, plan, job), expected, job); !wrong.empty())
      return "job " + std::to_string(job) + ": " + wrong;
  return "";
}

TEST(HydraConformance, Sweeps) {
  const Json file = testing::hydra_file("sweeps.json");
  testing::run_cases(file, [&](const Json& one) { return check_sweep(one, file); });
}

}  // namespace
}  // namespace myoseg
