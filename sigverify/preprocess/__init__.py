"""From the bytes of a scan to the picture the network sees; the only room that imports cv2."""
