"""Pure functions on pixels and boxes: pictures to model input, model output back to boxes."""
