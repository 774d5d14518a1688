"""The pages of the desk: fetch rows of the practice, call one function, answer."""
