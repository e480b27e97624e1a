"""The window; the only part that knows Qt."""

from sigverify.gui import singletons

singletons.protect()
