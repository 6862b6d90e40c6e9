#include "tests/train/meta_kernels.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <set>
#include <string>

namespace myoseg::testing {
namespace {

using Stack = torch::jit::Stack;

const std::set<std::string> kReads{"aten::_local_scalar_dense",
                                   "aten::equal",
                                   "aten::nonzero",
                                   "aten::masked_select",
                                   "aten::bincount",
                                   "aten::_unique",
                                   "aten::_unique2",
                                   "aten::unique_dim",
                                   "aten::unique_consecutive",
                                   "aten::is_set_to",
                                   "aten::copy_",
                                   "aten::set_",
                                   "aten::repeat_interleave",
                                   "aten::_assert_async",
                                   "aten::histc"};

at::Tensor zeros_for(const at::Tensor& t) {
  if (!t.defined() || !t.is_meta()) return t;
  return at::empty_strided(t.sizes(), t.strides(), t.options().device(at::kCPU)).zero_();
}

at::Tensor shape_of(const at::Tensor& t) {
  if (!t.defined() || !t.is_cpu()) return t;
  return at::empty_strided(t.sizes(), t.strides(), t.options().device(at::kMeta));
}

template <class Change>
c10::IValue changed(const c10::IValue& value, const Change& change) {
  if (value.isTensor()) return change(value.toTensor());
  if (!value.isTensorList()) return value;
  c10::List<at::Tensor> list;
  for (const at::Tensor& t : value.toTensorVector()) list.push_back(change(t));
  return list;
}

void on_zeros(const c10::OperatorHandle& op, Stack* stack) {
  const auto& schema = op.schema();
  const std::size_t arguments = schema.arguments().size(), results = schema.returns().size();
  const auto first = static_cast<std::ptrdiff_t>(stack->size() - arguments);
  const Stack given(stack->begin() + first, stack->end());
  for (auto it = stack->begin() + first; it != stack->end(); ++it) *it = changed(*it, zeros_for);
  op.callBoxed(stack);
  for (std::size_t r = 0; r < results; ++r) {
    c10::IValue& result = (*stack)[stack->size() - results + r];
    const auto* alias = schema.returns()[r].alias_info();
    const c10::IValue* written = nullptr;  // the argument that the result is
    for (std::size_t a = 0; alias != nullptr && alias->isWrite() && a < arguments; ++a)
      if (const auto* of = schema.arguments()[a].alias_info();
          of != nullptr && of->isWrite() && of->beforeSets() == alias->beforeSets())
        written = &given[a];
    if (written == nullptr) {
      result = changed(result, shape_of);
      continue;
    }
    const at::Tensor there = written->toTensor(), here = result.toTensor();
    if (there.sizes() != here.sizes()) there.resize_(here.sizes());  // an output given empty
    result = there;
  }
}

bool lacks_meta(const c10::OperatorHandle& op) {
  using Key = c10::DispatchKey;
  if (op.schema().name().rfind("aten::", 0) != 0 || kReads.count(op.schema().name()) > 0)
    return false;
  return op.hasKernelForDispatchKey(Key::CPU) && !op.hasKernelForDispatchKey(Key::Meta) &&
         !op.hasKernelForDispatchKey(Key::CompositeExplicitAutograd);
}

}  // namespace

void complete_meta_device() {
  static const bool done = [] {
    auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::Meta,
                                       __FILE__, __LINE__);
    for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
      const auto op = c10::Dispatcher::singleton().findSchema(name);
      if (!op || !lacks_meta(*op)) continue;
      const std::string full =
          name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
      library->impl(full.c_str(), torch::CppFunction::makeFromBoxedFunction<&on_zeros>());
    }
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace myoseg::testing
