//! Images of one colour, which the models of `tests/toy_models.py` know.

use ocelli_client::image;
use ocelli_client::v1::{Image, PixelFormat};

/// Names of the colours, in the order of the models' classes.
pub(crate) const NAMES: [&str; 3] = ["red", "green", "blue"];

const RGB: [[u8; 3]; 3] = [[200, 50, 50], [10, 200, 30], [20, 20, 220]];

/// Stripes of these colours, given by their classes, side by side.
pub(crate) fn stripes(classes: &[usize], stripe_width: u32, height: u32) -> Image {
    let stripe = |&class: &usize| RGB[class].repeat(stripe_width as usize);
    let row: Vec<u8> = classes.iter().flat_map(stripe).collect();
    let width = stripe_width * u32::try_from(classes.len()).expect("few stripes");
    image::from_pixels(row.repeat(height as usize), width, height, PixelFormat::Rgb)
}

/// A white page of 160 by 96 with a red patch above a blue one, each 96 by 24.
pub(crate) fn patches() -> Image {
    let paint = |y| match y {
        16..40 => RGB[0],
        60..84 => RGB[2],
        _ => [255; 3],
    };
    let pixel = |y, x| if (16..112).contains(&x) { paint(y) } else { [255; 3] };
    let pixels: Vec<u8> = (0..96).flat_map(|y| (0..160).flat_map(move |x| pixel(y, x))).collect();
    image::from_pixels(pixels, 160, 96, PixelFormat::Rgb)
}

/// An image of one colour.
pub(crate) fn plain(class: usize) -> Image {
    stripes(&[class], 40, 20)
}
