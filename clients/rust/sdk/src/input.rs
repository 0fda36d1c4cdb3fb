//! What models embed.

use crate::v1::{Image, embed_frame, embed_request, index_item};

/// An image or a text. Models that take images alone refuse texts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// An image.
    Image(Image),
    /// A text, 1 to 8192 bytes.
    Text(String),
}

impl From<Image> for Input {
    fn from(image: Image) -> Self {
        Self::Image(image)
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The contract has the same choice in three messages, each with a type of its own.
macro_rules! into_generated {
    ($($message:ident)+) => {$(
        impl From<Input> for $message::Input {
            fn from(input: Input) -> Self {
                match input {
                    Input::Image(image) => Self::Image(image),
                    Input::Text(text) => Self::Text(text),
                }
            }
        }
    )+};
}

into_generated!(embed_frame embed_request index_item);
