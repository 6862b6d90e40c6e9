// Files of weights: what Python's PyTorch wrote is read, and it reads what is written here.
#include "models/weights/weights_file.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "core/files.h"
#include "models/weights/key_layouts.h"
#include "models/weights/torch_file/torch_file.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"
#include "tests/models/weights/weights_samples.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::counted;
using testing::sample;

// The state of a convolution (1 to 2 channels, kernel 3) and a batch norm, counted through.
void expect_conv_and_norm(const WeightsFile& file) {
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected{
      {"conv.weight", {2, 1, 3, 3}},
      {"conv.bias", {2}},
      {"norm.weight", {2}},
      {"norm.bias", {2}},
      {"norm.running_mean", {2}},
      {"norm.running_var", {2}},
      {"norm.num_batches_tracked", {}}};
  ASSERT_EQ(file.tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& [name, tensor] = file.tensors[i];
    EXPECT_EQ(name, expected[i].first);
    const at::Tensor value =
        expected[i].second.empty() ? at::scalar_tensor(0, at::kLong) : counted(expected[i].second);
    EXPECT_EQ(tensor.scalar_type(), value.scalar_type()) << name;
    EXPECT_TRUE(at::equal(tensor, value)) << name;
  }
}

TEST(WeightsFile, ReadsStateDictsOfPython) {
  for (const char* name : {"state_dict.pt", "protocol_4.pt", "legacy.pth"}) {
    SCOPED_TRACE(name);
    const WeightsFile file = read_weights(sample(name));
    EXPECT_EQ(file.format, "PyTorch");
    expect_conv_and_norm(file);
  }
}

TEST(WeightsFile, ReadsWholeModulesAndTorchScriptAsTheirState) {
  for (const char* name : {"whole_module.pt", "torchscript.ts"}) {
    SCOPED_TRACE(name);
    expect_conv_and_norm(read_weights(sample(name)));
  }
}

TEST(WeightsFile, FindsTheStateDictInATrainersCheckpoint) {
  WeightsFile file = read_weights(sample("nested.pth"));
  EXPECT_EQ(file.format, "PyTorch, its 'state_dict'");
  for (auto& [name, tensor] : file.tensors) {
    ASSERT_EQ(name.rfind("module.", 0), 0U) << name;
    name = name.substr(7);
  }
  expect_conv_and_norm(file);
}

TEST(WeightsFile, ReadsEveryTypeViewsAndDictsInDicts) {
  const WeightsFile file = read_weights(sample("kinds.pt"));
  const at::Tensor base = at::arange(24, at::kFloat).view({4, 6});
  const auto longs = [](std::vector<std::int64_t> values) { return at::tensor(values); };
  const NamedTensors expected{{"part", base.slice(0, 1, 3).slice(1, 2, 4)},
                              {"turned", base.t()},
                              {"half", at::arange(5, at::kHalf)},
                              {"bfloat", at::arange(5, at::kBFloat16)},
                              {"double", at::arange(3, at::kDouble) / 3},
                              {"long", longs({std::int64_t{1} << 40, -1})},
                              {"int", at::arange(3, at::kInt)},
                              {"short", at::arange(3, at::kShort)},
                              {"char", longs({-1, 0, 1}).to(at::kChar)},
                              {"byte", longs({253, 254, 255}).to(at::kByte)},
                              {"flag", longs({1, 0}).to(at::kBool)},
                              {"scalar", at::scalar_tensor(7, at::kLong)},
                              {"empty", at::empty({0, 4})},
                              {"inner.x", at::arange(3, at::kFloat)}};
  ASSERT_EQ(file.tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(file.tensors[i].first, expected[i].first);
    EXPECT_EQ(file.tensors[i].second.scalar_type(), expected[i].second.scalar_type());
    EXPECT_TRUE(at::equal(file.tensors[i].second, expected[i].second)) << expected[i].first;
  }
  // Memory that the file shares is shared.
  EXPECT_EQ(file.tensors[0].second.storage().data(), file.tensors[1].second.storage().data());
}

TEST(WeightsFile, TellsTheKindByItsContent) {
  const testing::TemporaryFolder folder;
  const fs::path renamed = folder / "weights.safetensors";
  write_file(renamed, read_file(sample("legacy.pth")));
  expect_conv_and_norm(read_weights(renamed));
  const fs::path other = folder / "weights.pt";
  save_tensors(other, {{{"x", at::arange(3, at::kFloat)}}, {{"config", "1"}}});
  const WeightsFile file = read_weights(other);
  EXPECT_EQ(file.format, "safetensors");
  EXPECT_EQ(file.metadata.at("config"), "1");
  EXPECT_TRUE(at::equal(*file.find("x"), at::arange(3, at::kFloat)));
}

TEST(WeightsFile, TakesTheModelOfATrainingsState) {
  const testing::TemporaryFolder folder;
  save_tensors(folder / "last.safetensors",
               {{{"model/x", at::ones({2})}, {"optimizer/exp_avg/x", at::zeros({2})}}, {}});
  const WeightsFile file = read_weights(folder / "last.safetensors");
  ASSERT_EQ(file.tensors.size(), 1U);
  EXPECT_EQ(file.tensors[0].first, "x");
}

TEST(WeightsFile, WritesWhatItReads) {
  const testing::TemporaryFolder folder;
  const TensorFile content{{{"a.weight", at::arange(6, at::kFloat).view({2, 3}).t()},
                            {"a.half", at::arange(3, at::kHalf)},
                            {"empty", at::empty({0, 2})},
                            {"count", at::scalar_tensor(3, at::kLong)}},
                           {}};
  for (const char* name : {"w.pt", "w.pth", "w.safetensors"}) {
    write_weights(folder / name, content);
    const WeightsFile read = read_weights(folder / name);
    ASSERT_EQ(read.tensors.size(), content.tensors.size()) << name;
    for (std::size_t i = 0; i < content.tensors.size(); ++i) {
      EXPECT_EQ(read.tensors[i].first, content.tensors[i].first);
      EXPECT_EQ(read.tensors[i].second.scalar_type(), content.tensors[i].second.scalar_type());
      EXPECT_TRUE(at::equal(read.tensors[i].second, content.tensors[i].second)) << name;
    }
  }
  EXPECT_THROW(write_weights(folder / "w.onnx", content), Error);
  EXPECT_THROW(write_weights(folder / "w.pt", {{{"a", at::ones(1)}, {"a", at::ones(1)}}, {}}),
               Error);
}

// A Python that has PyTorch; empty when there is none. Debian's may stand behind another in PATH.
const std::string& python() {
  static const std::string found = [] {
    for (const std::string name : {"python3", "/usr/bin/python3"})
      if (std::system((name + " -c 'import torch' >/dev/null 2>&1").c_str()) == 0) return name;
    return std::string();
  }();
  return found;
}
int run_python(const fs::path& folder, const std::string& script) {
  write_file(folder / "script.py", script);
  return std::system(("cd '" + folder.string() + "' && " + python() + " script.py").c_str());
}

TEST(WeightsFile, PythonOpensOurFilesSafelyAndWeOpenItsOwn) {
  if (python().empty())
    GTEST_SKIP() << "no Python has torch here (Debian: python3-torch): not compared with it";
  const testing::TemporaryFolder folder;
  const TensorFile content{{{"conv.weight", counted({4, 3, 2, 2})},
                            {"conv.half", counted({5}).to(at::kHalf)},
                            {"conv.bfloat", counted({5}).to(at::kBFloat16)},
                            {"norm.running_var", counted({3}).to(at::kDouble)},
                            {"norm.num_batches_tracked", at::scalar_tensor(9, at::kLong)},
                            {"empty", at::empty({0, 4})}},
                           {}};
  save_torch_file(folder / "ours.pt", content.tensors);
  ASSERT_EQ(run_python(folder.path(), R"(
import torch
from collections import OrderedDict
from torch import nn
state = torch.load("ours.pt", weights_only=True)
assert list(state) == ["conv.weight", "conv.half", "conv.bfloat", "norm.running_var",
                       "norm.num_batches_tracked", "empty"], list(state)
count = lambda *shape: torch.arange(torch.Size(shape).numel()).reshape(shape) / 8
assert torch.equal(state["conv.weight"], count(4, 3, 2, 2))
assert torch.equal(state["conv.half"], count(5).half())
assert torch.equal(state["conv.bfloat"], count(5).bfloat16())
assert torch.equal(state["norm.running_var"], count(3).double())
assert state["norm.num_batches_tracked"].dtype == torch.int64 and state["norm.num_batches_tracked"] == 9
assert state["empty"].shape == (0, 4)
wrapped = OrderedDict((k, nn.Parameter(v) if v.is_floating_point() else v) for k, v in state.items())
torch.save({"epoch": 1, "model_state_dict": wrapped}, "theirs.pt")
torch.save(wrapped, "legacy.pt", _use_new_zipfile_serialization=False)
)"),
            0);
  for (const char* name : {"theirs.pt", "legacy.pt"}) {
    const WeightsFile read = read_weights(folder / name);
    ASSERT_EQ(read.tensors.size(), content.tensors.size());
    for (std::size_t i = 0; i < content.tensors.size(); ++i) {
      EXPECT_EQ(read.tensors[i].first, content.tensors[i].first);
      EXPECT_TRUE(at::equal(read.tensors[i].second, content.tensors[i].second));
    }
  }
}

TEST(WeightsFile, ANetworkAnswersTheSameAfterPythonHadItsWeights) {
  if (python().empty())
    GTEST_SKIP() << "no Python has torch here (Debian: python3-torch): not compared with it";
  const testing::TemporaryFolder folder;
  const auto network = testing::make_network(testing::tiny("segformer"), {1, 3});
  initialise(*network, 3);
  save_torch_file(folder / "ours.pt", state_of(*network));
  ASSERT_EQ(run_python(folder.path(), R"(
import torch
state = torch.load("ours.pt", weights_only=True)
torch.save({"state_dict": {"module." + name: tensor for name, tensor in state.items()}}, "theirs.pt")
)"),
            0);
  const auto again = testing::make_network(testing::tiny("segformer"), {1, 3});
  const NamedTensors theirs = read_weights(folder / "theirs.pt").tensors;
  load_state(*again, {translate_keys(theirs, *again).tensors, {}}, "theirs.pt");
  network->eval();
  again->eval();
  at::NoGradGuard no_grad;
  const at::Tensor image = counted({1, 1, 40, 36}) / 100;
  EXPECT_TRUE(at::equal(network->forward(image), again->forward(image)));
}

}  // namespace
}  // namespace myoseg
