//! The reasons of the contract: their names, and what to do about each.

use crate::v1::ErrorReason;

const PREFIX: &str = "ERROR_REASON_";

/// Name of a reason on the wire, such as `MODEL_NOT_FOUND`.
#[must_use]
pub fn name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(PREFIX).unwrap_or(name)
}

/// The reason of that name on the wire; `None` for one that a newer server may send.
pub(crate) fn from_name(name: &str) -> Option<ErrorReason> {
    ErrorReason::from_str_name(&format!("{PREFIX}{name}"))
}

pub(crate) fn hint(reason: ErrorReason) -> &'static str {
    use ErrorReason as R;
    match reason {
        R::Unspecified => "",
        R::InvalidField | R::FieldNotInSchema => "correct the fields that field_violations name",
        R::StreamProtocol => "send the configuration once, then frames",
        R::MessageTooLarge => "send an encoded or a smaller image, or raise max_message_bytes",
        R::ImageEmpty => "send an image",
        R::ImageFormatUnknown => "convert it to JPEG, PNG, WebP, BMP or TIFF",
        R::ImageCorrupt => "send it again, whole",
        R::ImageTooLarge => "send a smaller one, or raise max_image_* on the server",
        R::ImageLayout => "correct width, height, stride and format of the raw pixels",
        R::RegionOutsideImage => "give the region in pixels of the upright image",
        R::ModelNotFound => "choose one that Client::list_models shows",
        R::ModelNotChosen => "name a model, or mark one with ocelli.default",
        R::ModelWrongTask => "choose a model whose task fits",
        R::ModelNotReady => "retry after the delay, or load it with Client::load_model",
        R::ModelLoadFailed => "mend the model, then load it again",
        R::ModelRefused => "mend its config.pbtxt, then load it again",
        R::InferenceFailed => "look at Triton's log and at the model's export",
        R::TritonUnavailable => "is Triton running where the server looks for it?",
        R::IndexUnavailable => "the server's log tells what became of the vector engine",
        R::DeadlineExceeded => "allow more time or send less",
        R::Overloaded => "retry after the delay, or use a stream, which waits instead",
        R::Draining => "connect again and send what was not answered",
        R::CollectionNotFound => "create it with Client::create_collection",
        R::CollectionExists => "use it, or choose another name",
        R::CollectionHasNoModel => "send vectors, or create a collection with a model",
        R::PointNotFound => "Client::get_points tells which exist",
        R::VectorDimension => "use the collection's model",
        R::VectorNotFinite => "look at where the vector comes from",
        R::Internal => "the server's log has the cause, under the id in the message",
    }
}
