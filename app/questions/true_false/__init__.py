"""Is the statement true, false, or not said by the text?"""
