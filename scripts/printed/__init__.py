"""What documents print: numbers as people write them, and the words and marks around them.

In: a printed text.
Out: the numbers that it states and where, and what it says of them.
"""
