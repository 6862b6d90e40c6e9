#include "models/runtime/side_stream.h"

#include <ATen/ATen.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace myoseg {
namespace {

c10::Stream computing(at::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

}  // namespace

SideStream::SideStream(at::Device device) : device_(device) {
  if (!device.is_cuda()) return;
  stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
  event_.emplace(device.type());
}

at::Tensor SideStream::copy(const at::Tensor& host) {
  if (!stream_) return host.to(device_);
  at::Tensor there;
  {
    const c10::StreamGuard guard(*stream_);
    there = host.to(device_, /*non_blocking=*/true);
  }
  // Its memory is this stream's: it must not be given to the next copy before the step that uses
  // it has ended.
  there.record_stream(computing(device_));
  return there;
}

void SideStream::join() {
  if (stream_) order(*stream_, computing(device_));
}

void SideStream::run(const std::function<void()>& work) {
  if (!stream_) return work();
  const c10::Stream before = computing(device_);
  order(before, *stream_);
  {
    const c10::StreamGuard guard(*stream_);
    work();
  }
  order(*stream_, before);
}

void SideStream::order(const c10::Stream& first, const c10::Stream& second) {
  event_->record(first);
  event_->block(second);
}

}  // namespace myoseg
