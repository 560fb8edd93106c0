"""Files from outside, hostile until parsed, and workbooks that go out."""
