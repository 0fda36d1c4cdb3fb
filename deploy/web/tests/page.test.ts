// The page as someone uses it, in a real Chromium, part by part.

import "./labels.js";
import "./whole.js";
import "./detecting.js";
import "./shapes.js";
import "./classifying.js";
import "./searching.js";
import "./words.js";
import "./code.js";
