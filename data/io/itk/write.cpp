// Image files that ITK writes: NRRD, MetaImage, PNG, TIFF.
#include <itkMetaDataObject.h>
#include <itkMetaImageIO.h>
#include <itkMultiThreaderBase.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>

#include <shared_mutex>

#include "core/error.h"
#include "core/files.h"
#include "core/threads.h"
#include "data/io/formats/header_text.h"
#include "data/io/itk/child.h"
#include "data/io/itk/itk.h"

namespace myoseg::itk_io {
namespace fs = std::filesystem;
namespace {

itk::ImageIOBase::Pointer writer_of(const fs::path& file) {
  if (file.extension() == ".nrrd") return itk::NrrdImageIO::New().GetPointer();
  return itk::MetaImageIO::New().GetPointer();
}

itk::IOComponentEnum component_of(Stored type) {
  switch (type) {
    case Stored::uint8:
      return itk::IOComponentEnum::UCHAR;
    case Stored::int16:
      return itk::IOComponentEnum::SHORT;
    case Stored::float32:
      break;
  }
  return itk::IOComponentEnum::FLOAT;
}

void describe_grid(itk::ImageIOBase& io, const Geometry& geometry) {
  io.SetNumberOfDimensions(3);
  itk::ImageIORegion region(3);
  for (unsigned i = 0; i < 3; ++i) {
    const auto& d = geometry.direction;
    io.SetDimensions(i, static_cast<itk::SizeValueType>(geometry.size[i]));
    io.SetSpacing(i, geometry.spacing[i]);
    io.SetOrigin(i, geometry.origin[i]);
    io.SetDirection(i, std::vector<double>{d[i], d[3 + i], d[6 + i]});
    region.SetIndex(i, 0);
    region.SetSize(i, static_cast<itk::SizeValueType>(geometry.size[i]));
  }
  io.SetIORegion(region);
}

void describe_picture(itk::ImageIOBase& io, std::int64_t width, std::int64_t height) {
  io.SetNumberOfDimensions(2);
  itk::ImageIORegion region(2);
  const std::int64_t size[] = {width, height};
  for (unsigned i = 0; i < 2; ++i) {
    io.SetDimensions(i, static_cast<itk::SizeValueType>(size[i]));
    io.SetSpacing(i, 1);
    io.SetOrigin(i, 0);
    region.SetIndex(i, 0);
    region.SetSize(i, static_cast<itk::SizeValueType>(size[i]));
  }
  io.SetIORegion(region);
  io.SetUseCompression(true);
}

void write_atomically(itk::ImageIOBase& io, const fs::path& file, const void* voxels) {
  const std::shared_lock lock(library_mutex());
  itk::Object::SetGlobalWarningDisplay(false);
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(
      static_cast<itk::ThreadIdType>(thread_count()));
  write_file_with(file, [&](const fs::path& temporary) {
    io.SetFileName(temporary.string());
    try {
      io.Write(voxels);
    } catch (const itk::ExceptionObject& error) {
      throw failure("cannot write {}: {}", file.string(), error.GetDescription());
    }
  });
}

}  // namespace

void write_file(const fs::path& file, const Geometry& geometry, Stored type, const void* voxels,
                const std::map<std::string, std::string>& keys) {
  const auto io = writer_of(file);
  describe_grid(*io, geometry);
  io->SetPixelType(itk::IOPixelEnum::SCALAR);
  io->SetNumberOfComponents(1);
  io->SetComponentType(component_of(type));
  io->SetUseCompression(true);
  for (const auto& [key, value] : keys)
    itk::EncapsulateMetaData<std::string>(io->GetMetaDataDictionary(), key, value);
  write_atomically(*io, file, voxels);
}

namespace {

// PNG or TIFF by the name's ending.
void write_picture(const fs::path& file, std::int64_t width, std::int64_t height,
                   itk::IOPixelEnum pixel, itk::IOComponentEnum component, const void* values) {
  const bool png = lower_case(file.extension().string()) == ".png";
  const itk::ImageIOBase::Pointer io = png ? itk::PNGImageIO::New().GetPointer()
                                           : itk::ImageIOBase::Pointer(itk::TIFFImageIO::New());
  describe_picture(*io, width, height);
  io->SetPixelType(pixel);
  io->SetNumberOfComponents(pixel == itk::IOPixelEnum::RGB ? 3 : 1);
  io->SetComponentType(component);
  write_atomically(*io, file, values);
}

}  // namespace

void write_png(const fs::path& file, int width, int height, const std::vector<std::uint8_t>& rgb) {
  write_picture(file, width, height, itk::IOPixelEnum::RGB, itk::IOComponentEnum::UCHAR,
                rgb.data());
}
void write_grey(const fs::path& file, std::int64_t width, std::int64_t height,
                const std::vector<std::uint8_t>& values) {
  write_picture(file, width, height, itk::IOPixelEnum::SCALAR, itk::IOComponentEnum::UCHAR,
                values.data());
}
void write_grey(const fs::path& file, std::int64_t width, std::int64_t height,
                const std::vector<std::uint16_t>& values) {
  write_picture(file, width, height, itk::IOPixelEnum::SCALAR, itk::IOComponentEnum::USHORT,
                values.data());
}

}  // namespace myoseg::itk_io
