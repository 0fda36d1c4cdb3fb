//! What the examples share: a folder of images, in the order of their names.

use std::path::{Path, PathBuf};

/// Paths of the images in a folder, sorted by name.
///
/// # Errors
///
/// A line that names the folder, if it cannot be read or has no images.
pub fn images(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let shown = folder.display();
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_image(path))
        .collect();
    if paths.is_empty() {
        return Err(format!("{shown} has no images; expected .jpg, .png or .webp files"));
    }
    paths.sort();
    Ok(paths)
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["jpg", "jpeg", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
        .iter()
        .any(|known| extension == *known)
}
