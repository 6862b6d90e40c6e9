#include "data/io/itk/buffer.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace myoseg::itk_io {
namespace {

using Component = itk::ImageIOBase::IOComponentType;

template <class T>
void convert(const std::vector<char>& bytes, std::span<float> out) {
  const T* from = reinterpret_cast<const T*>(bytes.data());
  std::transform(from, from + out.size(), out.begin(), [](T v) { return static_cast<float>(v); });
}

bool convert_any(Component type, const std::vector<char>& bytes, std::span<float> out) {
  using C = itk::IOComponentEnum;
  switch (type) {
    case C::UCHAR:
      convert<unsigned char>(bytes, out);
      return true;
    case C::CHAR:
      convert<signed char>(bytes, out);
      return true;
    case C::USHORT:
      convert<unsigned short>(bytes, out);
      return true;
    case C::SHORT:
      convert<short>(bytes, out);
      return true;
    case C::UINT:
      convert<unsigned int>(bytes, out);
      return true;
    case C::INT:
      convert<int>(bytes, out);
      return true;
    case C::ULONG:
      convert<unsigned long>(bytes, out);
      return true;
    case C::LONG:
      convert<long>(bytes, out);
      return true;
    case C::ULONGLONG:
      convert<unsigned long long>(bytes, out);
      return true;
    case C::LONGLONG:
      convert<long long>(bytes, out);
      return true;
    case C::FLOAT:
      convert<float>(bytes, out);
      return true;
    case C::DOUBLE:
      convert<double>(bytes, out);
      return true;
    default:
      return false;
  }
}

}  // namespace

void read_voxels(itk::ImageIOBase& io, const std::string& file, std::span<float> out) {
  if (io.GetImageSizeInPixels() * io.GetNumberOfComponents() !=
      static_cast<itk::ImageIOBase::SizeType>(out.size()))
    throw data_error("{}: holds {} values where {} are expected", file,
                     io.GetImageSizeInPixels() * io.GetNumberOfComponents(), out.size());
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  for (unsigned i = 0; i < io.GetNumberOfDimensions(); ++i) {
    region.SetIndex(i, 0);
    region.SetSize(i, io.GetDimensions(i));
  }
  io.SetIORegion(region);
  std::vector<char> bytes(static_cast<std::size_t>(io.GetImageSizeInBytes()));
  try {
    io.Read(bytes.data());
  } catch (const itk::ExceptionObject&) {
    throw data_error("{}: its voxels cannot be read; the file is damaged or ends early", file);
  }
  if (!convert_any(io.GetComponentType(), bytes, out))
    throw data_error("{}: holds voxels of a type that is no real number", file);
}

}  // namespace myoseg::itk_io
