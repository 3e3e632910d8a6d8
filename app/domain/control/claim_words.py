"""One-time words that somebody shows in public to prove an address: easy to read aloud, in English and in German.

Three words of ours and five digits: over forty bits, good for a week.
"""

from __future__ import annotations

import secrets

PREFIX = "strand"
DIGITS = 5
_LIST = """
abend adler ahorn akazie alge alpen amber amsel anker apfel april arm aster atlas august auto
bagger ball banane band bank bass bergamot biber birke blume boje boot bote brise bronze bus
butter celli dahlie damm delta dill distel dohle dorf drossel dune ebbe echo eibe eiche
elch elster ente esche esel eule fabel falke farn feder feige fell fenchel ferry feuer fichte
fink fisch flagge flieder floss flut forelle forum fuchs funke galerie garten gecko geige gelb
ginster glas globus gold gras grille gull gurke hafen hagel halm hamster hand hase hasel
hecht herbst hering himmel hirsch holunder honig horn hummel hummer igel iltis ingwer
insel iris jade jasmin juli juni kabel kaffee kamel kamera kanal kanne kante karpfen karte
kastanie kater kelle kerbel kerze kiefer kiesel kirsche kiwi klee kleid klippe kobalt koffer
komet kompass koralle korb kran kresse krug kugel lachs lagune lampe land laterne laube laub
lava lavendel lerche libelle licht lilie linde linse lotse luchs lupine magnet mais mandel
mango mantel marder marmor mast maus melone meteor milch minze mohn mole mond moos morgen
muschel nadel narzisse nebel nelke nest nickel norden nuss oase ocker ofen okra oliven onyx
opal orange orgel osten otter palme panda papier paprika park pendel perle pfad pflaume piano
pier pilot pinie pinsel planet polar portal prisma quarz quelle rabe rad radio rakete
raum regal regen reh reis rettich riff ring robbe robin rogen rose rubin ruder safari
safran salbei salz samt sand saphir sardine schal schilf segel seide senf sepia silber sofa
sommer sonne specht spiegel spindel stern storch strauch strom tanne tango tasse teich telefon
tempel thymian tiger tinte tisch tomate ton torf trommel tulpe turm uhr ulme vase veilchen
viola vogel wald wal wapiti watt welle wespe wiese wind winter wolke wolle zander zebra zeder
ziege zimt zinn zirkus zitrone zucker
"""
WORDS = tuple(_LIST.split())


def new_word() -> str:
    chosen = [secrets.choice(WORDS) for _ in range(3)]
    return "-".join([PREFIX, *chosen, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"])
