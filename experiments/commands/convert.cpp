// convert: weights from one kind of file into another.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/members.h"
#include "models/weights/key_layouts.h"
#include "models/weights/weights_file.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct ConvertCommand {
  fs::path file, run;
  std::optional<int> fold;
  std::string member;
  fs::path out;
  std::string to = "unchanged";
  bool skip = false;
};
void describe(Fields& f, ConvertCommand& o) {
  std::vector<std::string> layouts = key_layout_names();
  layouts.insert(layouts.begin(), "unchanged");
  f("file", o.file, "Weights: safetensors, or PyTorch's .pt and .pth; FILE alone means this.");
  f("run", o.run, "Or a trained run, by its folder or its hash: its best weights.");
  f("fold", o.fold, at_least(0), "Which fold of the run; needed when several are trained.");
  f("member", o.member, "Which member of the run's ensemble; needed when it has several.");
  f("out", o.out, kAny.must_be_given(), "The new file: .safetensors, .pt or .pth.");
  f("to", o.to, one_of(layouts),
    "Names of the tensors: unchanged, or from a SegFormer's own names to Hugging Face's (hf) or "
    "NVlabs' (nvlabs).");
  f("skip", o.skip, "Leave out tensors of types that cannot be held (complex, quantised, sparse).");
}

// A word without a key is the file.
ConvertCommand options_of(const Request& request) {
  std::vector<std::string> words = request.overrides;
  for (std::string& word : words)
    if (word.find('=') == std::string::npos || fs::is_regular_file(word)) word = "file=" + word;
  auto options = only_options<ConvertCommand>(words);
  if (options.file.empty() == options.run.empty())
    throw usage_error("convert needs one file or one run: myoseg convert FILE|run=RUN out=FILE");
  return options;
}

// A run's one network needs no name.
Member member_of(const fs::path& run, const ConvertCommand& options) {
  const std::vector<Member> members = members_of(read_experiment(run / "config.yaml"));
  if (members.size() == 1 && options.member.empty()) return members.front();
  std::vector<std::string> names;
  for (const Member& member : members) {
    if (member.name == options.member) return member;
    names.push_back(member.name);
  }
  throw usage_error("run={}: its networks are {}; member={} takes one of them",
                    options.run.string(), join(names), names.front());
}

fs::path best_weights(const ConvertCommand& options) {
  const fs::path run = find_run(options.run, default_runs_folder());
  const Member member = member_of(run, options);
  const auto of_fold = [&](int k) {
    return networks_of_fold(run, k, {member}).front().checkpoint();
  };
  std::vector<int> trained;
  for (int k = 0; fs::exists(fold_folder(run, k)); ++k)
    if (fs::exists(of_fold(k))) trained.push_back(k);
  if (trained.empty())
    throw data_error("run={}: no fold there is trained; train it with 'myoseg train'",
                     options.run.string());
  if (!options.fold && trained.size() > 1)
    throw usage_error("run={}: has the trained folds {}; fold={} takes one of them",
                      options.run.string(), fmt::join(trained, ", "), trained.front());
  const int fold = options.fold.value_or(trained.front());
  if (!fs::exists(of_fold(fold)))
    throw data_error("run={}: fold {} is not trained, only {}", options.run.string(), fold,
                     fmt::join(trained, ", "));
  return of_fold(fold);
}

}  // namespace

std::vector<FieldHelp> convert_options() { return help_fields(ConvertCommand{}); }

int convert_command(const Request& request) {
  const ConvertCommand options = options_of(request);
  const fs::path file = options.run.empty() ? options.file : best_weights(options);
  keep_inputs({{file}}, {{options.out}});
  Unheld left_out;
  WeightsFile weights = read_weights(file, options.skip ? &left_out : nullptr);
  if (options.to != "unchanged") weights.tensors = to_layout(weights.tensors, options.to);
  weights.metadata.emplace("format", "pt");  // readers of safetensors expect to be told
  write_weights(options.out, weights);
  fmt::print("{}: {} tensors of {} ({})\n", options.out.string(), weights.tensors.size(),
             file.string(), weights.format);
  for (const std::string& tensor : left_out) fmt::print("left out: {}\n", tensor);
  return 0;
}

}  // namespace myoseg
