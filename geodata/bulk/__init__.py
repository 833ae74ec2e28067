"""Flat files of any size, on one machine or a cluster."""
