"""What a drop or the clipboard brings, as sources."""

from PySide6.QtCore import QCoreApplication, QMimeData, QTime
from PySide6.QtGui import QImage

from sigverify.domain import Source
from sigverify.gui.pictures import to_bmp


def offers_image(mime: QMimeData) -> bool:
    """Whether there is anything here that could be a signature's image."""
    return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())


def count_offered(mime: QMimeData) -> int:
    """How many images would come of it."""
    files = sum(url.isLocalFile() for url in mime.urls())
    return files or int(mime.hasImage())


def sources_in(mime: QMimeData) -> list[Source]:
    """The files, or else the picture itself; nothing is fetched from a network."""
    files = [Source.of_file(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files or not mime.hasImage():
        return files
    image = mime.imageData()
    data = to_bmp(image) if isinstance(image, QImage) and not image.isNull() else b""
    return [Source.of_bytes(data, _pasted_name())] if data else []


def _pasted_name() -> str:
    at = QTime.currentTime().toString("HH:mm:ss")
    return QCoreApplication.translate("incoming", "Pasted image {time}").format(time=at)
