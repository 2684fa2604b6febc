"""The settings and data of one selling company, read from a profile folder."""
