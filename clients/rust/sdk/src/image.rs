//! Images of files, bytes and raw pixels.

use std::path::Path;

use bytes::Bytes;

use crate::error::Error;
use crate::v1::{Image, PixelFormat, RawImage, Region, Tolerance, image::Source};

/// Reads a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF file. What is in it is for the server to judge.
///
/// # Errors
///
/// `INVALID_ARGUMENT` if there is no such file or it cannot be read.
pub async fn from_file(path: impl AsRef<Path>) -> Result<Image, Error> {
    let path = path.as_ref();
    let bytes = tokio::fs::read(path).await.map_err(|error| unreadable(path, &error))?;
    Ok(from_bytes(bytes))
}

/// The bytes of a whole JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF file.
pub fn from_bytes(bytes: impl Into<Bytes>) -> Image {
    Image { source: Some(Source::Encoded(bytes.into().into())), ..Default::default() }
}

/// Raw pixels, 8 bits per sample, rows from top to bottom without padding, `width` × `height` pixels.
/// For rows with padding set `stride` of [`RawImage`] yourself.
pub fn from_pixels(data: impl Into<Bytes>, width: u32, height: u32, format: PixelFormat) -> Image {
    let raw =
        RawImage { data: data.into().into(), width, height, stride: 0, format: format.into() };
    Image { source: Some(Source::Raw(raw)), ..Default::default() }
}

/// The same image, of which only a part is looked at, in pixels of the upright image. Answers
/// stay in the coordinates of the whole image.
#[must_use]
pub fn within(image: Image, region: Region) -> Image {
    Image { region: Some(region), ..image }
}

/// The same image, of which a damaged file is refused, or used as far as it can be decoded, in which
/// case the result has a warning.
#[must_use]
pub fn with_tolerance(image: Image, tolerance: Tolerance) -> Image {
    Image { tolerance: tolerance.into(), ..image }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let message = format!("cannot read {}: {error}", path.display());
    Error::invalid("image", message).with_hint("is the path right, and may it be read?")
}
