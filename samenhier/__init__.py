"""The project package: composition root and platform. No domain words live in its sub-packages."""
