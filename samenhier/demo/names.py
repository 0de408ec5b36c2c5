"""Invented names, from the cultures concerned. First names only; any likeness is chance."""

GROUP_MEMBERS = [
    "Anneke", "Bram", "Carlijn", "Daan", "Elske", "Farid", "Gerda", "Hanneke", "Ilse", "Jelle", "Joke", "Karim",
    "Lotte", "Maarten", "Nadia", "Olaf", "Petra", "Quinten", "Roos", "Sanne", "Teun", "Ursula", "Vera", "Wout",
    "Xandra", "Yusuf", "Zoë", "Aafke", "Boudewijn", "Chantal", "Dirk", "Emma", "Fleur", "Gijs", "Hind", "Ivo",
    "Jasmijn", "Koen", "Lieke", "Mehmet", "Nienke", "Otto", "Puck", "Rens", "Selma", "Tijn", "Umay", "Vincent",
    "Wies", "Youssra",
]  # fmt: skip

#: Calling name, language of ISO 639-3, language of messages.
NEWCOMERS = [
    ("أبو ليث", "arb", "ar"), ("هدى", "arb", "ar"), ("ሰምሃር", "tir", "en"), ("ዮናስ", "tir", "en"),
    ("Emine", "tur", "nl"), ("Serhat", "kmr", "nl"), ("Оксана", "ukr", "en"), ("Тарас", "ukr", "en"),
    ("نرگس", "pes", "en"), ("کاوه", "pes", "en"), ("Hodan", "som", "nl"), ("Cabdi", "som", "en"),
    ("رنا", "arb", "ar"), ("سامر", "arb", "ar"), ("ሄለን", "tir", "nl"), ("Berfin", "kmr", "en"),
    ("یاسمین", "prs", "en"), ("ميساء", "arb", "ar"), ("Ayan", "som", "nl"), ("Filmon", "tir", "en"),
]  # fmt: skip

GROUP_NAMES = [
    "De Lindebuurt", "De Assendorpers", "De Singelgroep", "Koffie om de Hoek", "Het Groene Hart", "De Fietsclub",
    "Buren van de Brink", "De Dijkwachters", "Samen aan Tafel", "De Zangvogels", "Voetbalmoeders", "De Leesclub",
    "Team Stationsplein", "De Volkstuinders", "De Havenmeesters", "Oud-collega’s", "De Pannenkoeken", "De Wandelaars",
    "Huis van de Wijk", "De Nachtegalen", "De Roeiers", "De Klussers", "Straat van Vijf", "De Kersenboom",
    "De Vrijdagmiddag", "Om de Tafel", "De Wilgen", "De Bakkers", "De Schaatsvrienden", "De Kade",
    "De Molenaars", "Het Koor", "De Duiven", "De Tuinen", "De Overburen", "De Vuurtoren", "De Brug", "De Akker",
    "De Linde en de Eik", "De Zonnebloem", "De Waterlelies", "De Buurtkeuken",
]  # fmt: skip

CODE_NAMES = [
    "Linde", "Els", "Wilg", "Berk", "Eik", "Beuk", "Es", "Merel", "Spreeuw", "Reiger", "Kievit", "Zwaluw", "Mees",
    "Vlier", "Hazelaar", "Esdoorn", "Grutto", "Lijster", "Vink", "Meidoorn",
]  # fmt: skip
