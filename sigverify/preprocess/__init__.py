"""From the bytes of a scan to the picture the network sees; the only room that imports cv2."""

import os

import cv2

# The OpenCV wheel brings Qt plug-ins of its own and points Qt at them, which would break the window of this process.
for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)
cv2.setNumThreads(1)  # the pictures are small; a thread pool costs more than it brings
