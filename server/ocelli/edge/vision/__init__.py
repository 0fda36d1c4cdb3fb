"""Pure functions on pixels and boxes: images to model input, model output back to boxes."""
