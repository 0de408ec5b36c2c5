"""Code names: a tree or a bird and a number. They say nothing about the people."""

import random
from collections.abc import Iterator

WORDS = (  # noqa: SIM905  a list of words reads better as words
    "Abeel Berk Beuk Brem Ceder Cipres Den Eik Els Es Esdoorn Haagbeuk Hazelaar Hulst Iep "
    "Jeneverbes Kastanje "
    "Kers Kornoelje Krent Kweepeer Lariks Laurier Lijsterbes Linde Magnolia Meidoorn Mispel Moerbei Notelaar "
    "Olm Peer Plataan Populier Pruim Robinia Sering Sleedoorn Spar Taxus Tulpenboom Vlier Wilg Zilverspar "
    "Bonte-specht Boomklever Fuut Gaai Gans Goudhaan Grutto Havik Heggenmus Ijsvogel Kauw "
    "Kievit Kluut Koekoek "
    "Koolmees Kwikstaart Leeuwerik Lepelaar Lijster Meerkoet Mees Merel Mus Nachtegaal "
    "Ooievaar Pimpelmees Putter "
    "Reiger Roodborst Scholekster Spreeuw Sperwer Steltloper Tjiftjaf Tureluur Uil Valk "
    "Vink Waterhoen Wielewaal "
    "Winterkoning Wulp Zanglijster Zwaluw Zwaan"
).split()
_chance = random.SystemRandom()


def candidates() -> Iterator[str]:
    """Endless proposals such as “Linde-7”, by chance: a number tells no order. Later ones are longer."""
    tries = 0
    while True:
        tries += 1
        yield f"{_chance.choice(WORDS)}-{_chance.randint(1, 99 if tries < 20 else 9999)}"
