"""What the algorithm register says in words, nl and en. Numbers and lists come from the engine's own objects."""

from matches.engine.rules import Sentence

NOT_FILLED_IN: Sentence = {"nl": "Nog niet ingevuld:", "en": "Not filled in yet:"}

NAME: Sentence = {
    "nl": "Samen Hier: voorstellen voor koppels van nieuwkomers en groepen",
    "en": "Samen Hier: proposals for matches of newcomers and groups",
}
SHORT: Sentence = {
    "nl": "Een groep inwoners steunt een jaar lang een huishouden dat nieuw is in Nederland. Dit algoritme rekent uit "
    "welke groep bij welk huishouden past en stelt koppels voor. Een coördinator beslist, en daarna zeggen beide "
    "kanten zelf ja of nee.",
    "en": "A group of residents supports a household that is new in the Netherlands for a year. This algorithm works "
    "out which group fits which household and proposes matches. A coordinator decides, and after that both sides say "
    "yes or no themselves.",
}
GOAL: Sentence = {
    "nl": "Zo veel mogelijk huishoudens een groep geven die bij hen past, en laten zien waarom. Zonder berekening krijgen "
    "huishoudens een groep op volgorde van binnenkomst of op gevoel; dan blijven er meer zonder groep.",
    "en": "To give as many households as possible a group that fits them, and to show why. Without the calculation "
    "households get a group in order of arrival or by feeling; then more of them are left without.",
}
IMPACT: Sentence = {
    "nl": "Wie een voorstel krijgt, kan ja of nee zeggen. Een nee heeft geen gevolgen: het huishouden en de groep doen weer "
    "mee, met hun oude wachtdatum. Wie geen voorstel krijgt, wacht langer. Het algoritme beslist niet over een "
    "uitkering, een woning of een verblijfsrecht.",
    "en": "Whoever gets a proposal can say yes or no. A no has no consequences: the household and the group take part "
    "again, with their old waiting date. Whoever gets no proposal waits longer. The algorithm decides nothing about "
    "benefits, housing or residence.",
}
PROPORTIONALITY: Sentence = {
    "nl": "Het algoritme kijkt alleen naar wat mensen zelf hebben ingevuld of verteld, en naar niets dat niet nodig is om "
    "elkaar te begrijpen en te ontmoeten. Het kent geen namen. De regels en gewichten staan hieronder; iedereen kan ze "
    "nalezen.",
    "en": "The algorithm looks only at what people filled in or told themselves, and at nothing that is not needed to "
    "understand and meet each other. It knows no names. The rules and weights stand below; anybody can read them.",
}
HUMAN: Sentence = {
    "nl": "Het algoritme stelt voor, mensen beslissen. Een coördinator bekijkt elk voorstel, ziet de redenen, de punten en "
    "de andere mogelijkheden, en keurt het goed of legt het opzij. De coördinator mag een ander koppel kiezen; de "
    "reden en de prijs worden bewaard. Hoort de groep bij een buurgemeente, dan beslist ook een coördinator daar, die "
    "geen naam te zien krijgt. Daarna antwoorden het huishouden en de groep elk voor zich. Vóór de "
    "kennismaking kijkt een medewerker nog eens; waar de gemeente dat zo instelt, is dat een tweede persoon.",
    "en": "The algorithm proposes, people decide. A coordinator looks at each proposal, sees the reasons, the points and "
    "the other possibilities, and approves it or sets it aside. The coordinator may choose another match; the reason "
    "and the price are kept. When the group belongs to a neighbour municipality, a coordinator there decides too, who "
    "sees no name. Then the household and the group each answer for themselves. Before they are introduced "
    "a member of staff looks again; where the municipality chose so, that is a second person.",
}
METHOD: Sentence = {
    "nl": "Een ronde kijkt naar de huishoudens van één gemeente, en naar de vrije groepen van die gemeente en van buren "
    "die er open voor staan; thuis gaat een groep voor. Stap 1: harde regels zeggen welke koppels kunnen. Stap 2: elk mogelijk koppel krijgt punten per criterium, van "
    "0 tot {full}, voor elke kant apart. Wat iemand niet invulde telt neutraal ({neutral} punten), nooit als minpunt. "
    "De kant die er het slechtst bij past telt dubbel. Wachten geeft {per_week} punten per week, tot {cap}. Stap 3: de "
    "computer berekent de beste verdeling van iedereen tegelijk, met de doelen hieronder in die volgorde. Bij elke "
    "uitkomst hoort een bewijs dat er geen betere is; een los programma controleert dat bewijs. Zonder kloppend bewijs "
    "kan niemand een voorstel goedkeuren. Het algoritme leert niet en voorspelt niet.",
    "en": "A run looks at the households of one municipality, and at the free groups of that municipality and of "
    "neighbours that are open to it; at home a group goes first. Step 1: hard rules say which pairs are possible. Step 2: each possible pair gets points per criterion, from 0 "
    "to {full}, for each side apart. What somebody did not fill in counts as neutral ({neutral} points), never as a "
    "minus. The side that it fits least counts double. Waiting gives {per_week} points a week, up to {cap}. Step 3: the "
    "computer works out the best division of everybody at once, with the goals below in that order. Each result comes "
    "with a proof that there is no better one; a separate program checks that proof. Without a valid proof nobody can "
    "approve a proposal. The algorithm does not learn and does not predict.",
}
SOURCE: Sentence = {
    "nl": "Van het huishouden zelf, in het kennismakingsgesprek; van de leden van de groep zelf, bij hun aanmelding; en van "
    "de coördinator (klaar, urgent met een reden, een veiligheidsvlag).",
    "en": "From the household itself, in the first conversation; from the members of the group themselves, when they "
    "register; and from the coordinator (ready, urgent with a reason, a safety flag).",
}
MONITORING: Sentence = {
    "nl": "Van elke berekening blijven de invoer, de versies, het lot, de uitkomst en het bewijs bewaard; zij kan worden "
    "overgedaan. De bladzijde ‘Eerlijk verdeeld?’ vergelijkt over twaalf maanden welk deel een groep kreeg, hoe lang "
    "mensen wachtten en hoe goed het paste: naar taal, grootte van het huishouden en urgentie. Kleine aantallen worden "
    "samengenomen.",
    "en": "Of each calculation the input, the versions, the lot, the result and the proof are kept; it can be done again. "
    "The page “Fairly shared?” compares over twelve months which part got a group, how long people waited and how well "
    "it fitted: by language, size of the household and urgency. Small numbers are taken together.",
}
FLOOR: Sentence = {
    "nl": "Een coördinator kan een ondergrens kiezen: dan is er geen koppel met minder punten. De bladzijde laat vooraf zien "
    "wie daardoor een plek verliest. Standaard is er geen ondergrens.",
    "en": "A coordinator may choose a floor: then there is no pair with fewer points. The page shows beforehand who loses a "
    "place by it. By default there is no floor.",
}
EMPHASIS: Sentence = {
    "nl": "Elk huishouden en elke groep mag {budget} punten verdelen over wat zij het belangrijkst vinden. Een criterium telt "
    "dan voor hún kant zwaarder, en alleen voor hun kant.",
    "en": "Each household and each group may spread {budget} points over what matters most to them. A criterion then counts "
    "more for their side, and for their side alone.",
}

#: What could go wrong, and what is done about it.
RISKS: tuple[tuple[Sentence, Sentence], ...] = (
    (
        {
            "nl": "Taal kan samenhangen met afkomst.",
            "en": "Language may go together with origin.",
        },
        {
            "nl": "Taal telt alleen omdat mensen elkaar moeten verstaan. De bladzijde ‘Eerlijk verdeeld?’ vergelijkt de "
            "uitkomsten per taal, en de bladzijde ‘Wie zoeken we?’ laat zien welke taal in groepen ontbreekt.",
            "en": "Language counts only because people have to understand each other. The page “Fairly shared?” compares "
            "the outcomes per language, and the page “Who are we looking for?” shows which language groups lack.",
        },
    ),
    (
        {
            "nl": "Een coördinator volgt de computer zonder na te denken.",
            "en": "A coordinator follows the computer without thinking.",
        },
        {
            "nl": "Elk voorstel toont redenen, zwakke punten en andere mogelijkheden. Er wordt per koppel beslist, nooit met één "
            "knop voor allemaal, en beide kanten antwoorden zelf.",
            "en": "Each proposal shows reasons, weak points and other possibilities. Decisions are made per match, never with "
            "one button for all, and both sides answer themselves.",
        },
    ),
    (
        {
            "nl": "Een huishouden met veel voorwaarden of een zeldzame taal wacht te lang.",
            "en": "A household with many conditions or a rare language waits too long.",
        },
        {
            "nl": "Van ieder die overblijft staat er waarom, en wat zou helpen. Wachten geeft extra punten. Urgentie gaat voor.",
            "en": "Of everybody left over it says why, and what would help. Waiting gives extra points. Urgency comes first.",
        },
    ),
    (
        {
            "nl": "De berekening klopt niet, of de gegevens zijn veranderd.",
            "en": "The calculation is wrong, or the data have changed.",
        },
        {
            "nl": "Een bewijs hoort bij elke uitkomst en wordt apart gecontroleerd. Bij het goedkeuren wordt met de gegevens van "
            "dat moment opnieuw gekeken of het koppel nog kan.",
            "en": "A proof comes with each result and is checked apart. When a proposal is approved, it is checked again with "
            "the data of that moment whether the match is still possible.",
        },
    ),
    (
        {
            "nl": "Iemand herkent een huishouden in de gegevens of de cijfers.",
            "en": "Somebody recognises a household in the data or the figures.",
        },
        {
            "nl": "Het algoritme kent geen namen en geen adressen. Namen gaan pas open na twee keer ja. Kleine aantallen worden "
            "verborgen.",
            "en": "The algorithm knows no names and no addresses. Names open only after two times yes. Small numbers are hidden.",
        },
    ),
)

#: What is never used.
NOT_USED: tuple[Sentence, ...] = (
    {
        "nl": "Nationaliteit, land van herkomst of verblijfsstatus.",
        "en": "Nationality, country of origin or residence status.",
    },
    {
        "nl": "Godsdienst, politieke mening of seksuele gerichtheid.",
        "en": "Religion, political opinion or sexual orientation.",
    },
    {
        "nl": "Gezondheid, inkomen, schulden of BSN.",
        "en": "Health, income, debts or citizen service number (BSN).",
    },
    {"nl": "Namen, adressen, foto’s of vrije tekst.", "en": "Names, addresses, photos or free text."},
    {
        "nl": "Een geleerd model of een voorspelling van gedrag: er is geen training op oude koppels.",
        "en": "A learned model or a prediction of behaviour: nothing is trained on earlier matches.",
    },
)

#: What the rules and criteria read (their `needs`), in words.
DATA: dict[str, Sentence] = {
    "household.municipality": {"nl": "de gemeente", "en": "the municipality"},
    "household.opened": {
        "nl": "welke gemeenten hun groepen voor elkaar openstellen",
        "en": "which municipalities have opened their groups to each other",
    },
    "household.ready": {
        "nl": "of het kennismakingsgesprek is gevoerd",
        "en": "whether the first conversation has taken place",
    },
    "household.free": {"nl": "of er nu een andere groep is", "en": "whether there is another group now"},
    "household.consent": {"nl": "of er toestemming is", "en": "whether there is consent"},
    "household.languages": {"nl": "de talen", "en": "the languages"},
    "household.languages_well": {
        "nl": "welke talen zij goed spreken",
        "en": "which languages they speak well",
    },
    "household.bridged": {
        "nl": "of een community builder de taal spreekt",
        "en": "whether a community builder speaks the language",
    },
    "household.size": {"nl": "met hoeveel mensen zij zijn", "en": "how many people they are"},
    "household.child_bands": {"nl": "leeftijdsgroepen van de kinderen", "en": "age groups of the children"},
    "household.musts": {"nl": "voorwaarden uit een vaste lijst", "en": "conditions from a fixed list"},
    "household.wishes": {"nl": "wensen uit een vaste lijst", "en": "wishes from a fixed list"},
    "household.meets": {
        "nl": "aan welke wensen van een groep zij voldoen",
        "en": "which wishes of a group they meet",
    },
    "household.ended": {"nl": "eerdere koppels en een eerder nee", "en": "earlier matches and an earlier no"},
    "household.unsafe": {"nl": "een veiligheidsvlag", "en": "a safety flag"},
    "household.interests": {"nl": "interesses uit een vaste lijst", "en": "interests from a fixed list"},
    "household.goals": {
        "nl": "wat zij graag willen, uit een vaste lijst",
        "en": "what they would like, from a fixed list",
    },
    "household.availability": {
        "nl": "dagdelen waarop zij kunnen",
        "en": "parts of the week when they are free",
    },
    "household.part_of_town": {
        "nl": "het deel van de gemeente, zonder adres",
        "en": "the part of town, without an address",
    },
    "household.distance_bands": {
        "nl": "hoe ver delen van de gemeente uit elkaar liggen",
        "en": "how far apart parts of town are",
    },
    "household.kind": {"nl": "of zij al zijn aangekomen", "en": "whether they have arrived"},
    "group.municipality": {"nl": "de gemeente", "en": "the municipality"},
    "group.ready": {
        "nl": "of de groep klaar is (leden, verklaring, VOG gezien, training)",
        "en": "whether the group is ready (members, statement, certificate seen, training)",
    },
    "group.free": {
        "nl": "of zij nu een ander huishouden steunen",
        "en": "whether they support another household now",
    },
    "group.consent": {"nl": "of er toestemming is", "en": "whether there is consent"},
    "group.languages": {"nl": "de talen van de leden", "en": "the languages of the members"},
    "group.languages_well": {"nl": "welke talen zij goed spreken", "en": "which languages they speak well"},
    "group.capacity": {"nl": "hoe groot een huishouden mag zijn", "en": "how large a household may be"},
    "group.carries_bands": {
        "nl": "bij welke leeftijden zij zich thuis voelen",
        "en": "which ages they feel at ease with",
    },
    "group.child_bands": {
        "nl": "leeftijdsgroepen van eigen kinderen",
        "en": "age groups of their own children",
    },
    "group.musts": {"nl": "voorwaarden uit een vaste lijst", "en": "conditions from a fixed list"},
    "group.wishes": {"nl": "wensen uit een vaste lijst", "en": "wishes from a fixed list"},
    "group.meets": {
        "nl": "wat zij kunnen beloven, uit een vaste lijst",
        "en": "what they can promise, from a fixed list",
    },
    "group.interests": {"nl": "interesses uit een vaste lijst", "en": "interests from a fixed list"},
    "group.offers": {
        "nl": "waar zij bij kunnen helpen, uit een vaste lijst",
        "en": "what they can help with, from a fixed list",
    },
    "group.availability": {"nl": "dagdelen waarop zij kunnen", "en": "parts of the week when they are free"},
    "group.part_of_town": {
        "nl": "het deel van de gemeente, zonder adres",
        "en": "the part of town, without an address",
    },
    "group.kind": {"nl": "sponsorgroep of welkomgroep", "en": "sponsor group or welcome group"},
}
#: Read by the calculation beside the rules and criteria.
MORE_DATA: tuple[Sentence, ...] = (
    {"nl": "hoe lang het huishouden al wacht", "en": "how long the household has been waiting"},
    {
        "nl": "urgentie, gezet door een coördinator met een reden",
        "en": "urgency, set by a coordinator with a reason",
    },
    {
        "nl": "wat elke kant het belangrijkst vindt (verdeelde punten)",
        "en": "what matters most to each side (points they spread)",
    },
)

#: Words of the page around the record.
PAGE: dict[str, Sentence] = {
    "title": {"nl": "Het algoritme van Samen Hier", "en": "The algorithm of Samen Hier"},
    "lead": {
        "nl": "Nederlandse overheden laten zien welke algoritmes zij gebruiken. Dit is de beschrijving voor het "
        "Algoritmeregister. Zij komt uit de regels van het programma zelf, dus zij loopt nooit achter.",
        "en": "Dutch public bodies show which algorithms they use. This is the description for the Dutch Algorithm Register. "
        "It comes from the rules of the program itself, so it is never behind.",
    },
    "goals": {"nl": "De doelen, in deze volgorde", "en": "The goals, in this order"},
    "rules": {"nl": "De harde regels", "en": "The hard rules"},
    "rules_lead": {
        "nl": "Een koppel kan alleen als aan al deze regels is voldaan:",
        "en": "A pair is possible only if all these rules hold:",
    },
    "criteria": {"nl": "De criteria en hun gewicht", "en": "The criteria and their weight"},
    "criteria_lead": {
        "nl": "Dit zijn de standaardgewichten. Een gemeente mag ze veranderen, binnen de grenzen die ernaast staan.",
        "en": "These are the default weights. A municipality may change them, within the bounds beside them.",
    },
    "criterion": {"nl": "Criterium", "en": "Criterion"},
    "weight": {"nl": "Gewicht", "en": "Weight"},
    "bounds": {"nl": "Grenzen", "en": "Bounds"},
    "waiting": {
        "nl": "Voor elke week wachten komen er {points_per_week} punten bij (hoogstens {points_per_week_highest}), tot "
        "{cap} samen (hoogstens {cap_highest}).",
        "en": "Each week of waiting adds {points_per_week} points (at most {points_per_week_highest}), up to {cap} together "
        "(at most {cap_highest}).",
    },
    "of_households": {"nl": "Van huishoudens", "en": "Of households"},
    "of_groups": {"nl": "Van groepen", "en": "Of groups"},
    "not_used": {"nl": "Wat wij niet gebruiken", "en": "What we do not use"},
    "risk": {"nl": "Risico", "en": "Risk"},
    "measure": {"nl": "Wat wij eraan doen", "en": "What we do about it"},
    "made": {
        "nl": "Versie van de regels: {rules}. Rekenprogramma: {solver}.",
        "en": "Version of the rules: {rules}. Solver: {solver}.",
    },
    "file": {"nl": "Als bestand (JSON, {name})", "en": "As a file (JSON, {name})"},
}
#: The sections of the page: their heading, and the fields that stand in them.
SECTIONS: tuple[tuple[str, Sentence, tuple[str, ...]], ...] = (
    (
        "about",
        {"nl": "Overzicht", "en": "Overview"},
        (
            "description_short",
            "organization",
            "status",
            "begin_date",
            "publication_category",
            "contact_email",
        ),
    ),
    (
        "purpose",
        {"nl": "Doel en gevolgen", "en": "Purpose and consequences"},
        ("goal", "impact", "proportionality"),
    ),
    (
        "people",
        {"nl": "Mensen beslissen", "en": "People decide"},
        ("human_intervention", "objection_procedure"),
    ),
    (
        "law",
        {"nl": "Wet en toetsen", "en": "Law and assessments"},
        ("lawful_basis", "lawful_basis_link", "impacttoetsen"),
    ),
    ("logic", {"nl": "Hoe het werkt", "en": "How it works"}, ("methods_and_models",)),
    ("data", {"nl": "Gegevens", "en": "Data"}, ()),
    ("risks", {"nl": "Risico’s", "en": "Risks"}, ()),
    (
        "watch",
        {"nl": "Toezicht en techniek", "en": "Oversight and technology"},
        ("monitoring", "provider", "publiccode"),
    ),
)
LANGUAGE_NAMES: dict[str, Sentence] = {
    "nl": {"nl": "Nederlands", "en": "Dutch"},
    "en": {"nl": "Engels", "en": "English"},
}
