"""Markers: what was taken back or erased, remembered beside the store.

A store that is put back to an earlier day learns from them what was said since.
"""
