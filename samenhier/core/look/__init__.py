"""Components: what a page is made of. One tag, one template, one place on the style guide each."""
