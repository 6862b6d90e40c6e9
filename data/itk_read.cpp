#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

#include <new>

#include "core/error.h"
#include "data/child.h"
#include "data/itk.h"
#include "data/itk_buffer.h"

namespace myoseg::itk_io {
namespace {

itk::ImageIOBase::Pointer reader_of(const std::filesystem::path& file) {
  if (file.extension() == ".nrrd") return itk::NrrdImageIO::New().GetPointer();
  return itk::MetaImageIO::New().GetPointer();
}

Geometry geometry_of(const itk::ImageIOBase& io) {
  Geometry geometry;
  const unsigned dimensions = std::min(io.GetNumberOfDimensions(), 3U);
  for (unsigned i = 0; i < dimensions; ++i) {
    geometry.size[i] = static_cast<std::int64_t>(io.GetDimensions(i));
    geometry.spacing[i] = io.GetSpacing(i);
    geometry.origin[i] = io.GetOrigin(i);
    const std::vector<double> axis = io.GetDirection(i);
    for (unsigned r = 0; r < dimensions; ++r) geometry.direction[3 * r + i] = axis[r];
  }
  for (unsigned i = dimensions; i < 3; ++i) geometry.size[i] = 1;  // a picture is one slice
  return geometry;
}

void require_scalar_volume(const itk::ImageIOBase& io, const std::string& file) {
  for (unsigned i = 3; i < io.GetNumberOfDimensions(); ++i)
    if (io.GetDimensions(i) > 1)
      throw data_error(
          "{}: has {} dimensions (the last is {} long), not three; split it into one "
          "file per volume",
          file, io.GetNumberOfDimensions(), io.GetDimensions(i));
  if (io.GetNumberOfComponents() != 1)
    throw data_error(
        "{}: holds {} values per voxel (colour, a vector or overlapping segments), not "
        "one",
        file, io.GetNumberOfComponents());
}

Image read_here(const std::filesystem::path& file, bool with_voxels, const Checkpoint& checkpoint) {
  itk::Object::SetGlobalWarningDisplay(false);
  const auto io = reader_of(file);
  io->SetFileName(file.string());
  try {
    io->ReadImageInformation();
  } catch (const itk::ExceptionObject&) {
    throw data_error("{}: its header cannot be read; the file is damaged or of another format",
                     file.string());
  }
  require_scalar_volume(*io, file.string());
  Image image;
  image.geometry = geometry_of(*io);
  if (!with_voxels) return image;
  try {
    image = Image(image.geometry, 1);
  } catch (const std::exception&) {  // sizes of a damaged header
    throw data_error("{}: {} voxels do not fit into memory", file.string(),
                     image.geometry.voxels());
  }
  (void)checkpoint();  // what was printed so far is about the header
  read_voxels(*io, file.string(), image.voxels);
  // MetaImage's reader prints what is wrong and hands out zeros.
  if (checkpoint().find("MetaImage:") != std::string::npos)
    throw data_error("{}: its voxels cannot be read; the file is damaged or ends early",
                     file.string());
  return image;
}

}  // namespace

Image read_file(const std::filesystem::path& file, bool with_voxels) {
  return read_in_child(file.string(), [&](const Checkpoint& checkpoint) {
    return read_here(file, with_voxels, checkpoint);
  });
}

}  // namespace myoseg::itk_io
