"""Measurements, as ratios in one run. Not part of the suite."""
