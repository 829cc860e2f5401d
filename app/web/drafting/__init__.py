"""Drafts: an upload looked over, mended, and published."""
