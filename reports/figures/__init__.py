"""Figures of one municipality and of the country.

`months` calendar · `counts` what the tables hold (the only reader of others' rows) · `publication` what is said of it
after masking · `country` totals and averages of what is said · `catalogue` what each figure means.
"""
