"""The practice world: invented people in every stage, the same for everybody, with dates relative to today.

Rows of the past are written directly, because the past cannot be acted out again; what happens today (a matching run, a
reminder) goes through the domain like anywhere else.
"""
