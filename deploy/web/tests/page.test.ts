// The page as someone uses it, in a real Chromium, part by part.

import "./labels.js";
import "./whole.js";
import "./detecting.js";
import "./searching.js";
import "./code.js";
