"""Letters that look like others: facts, no code. Found by looking at them.

LETTERS: what is always read as a plain letter. EITHER: what may be one of several, or a letter of its own script.
"""

from __future__ import annotations


def _pairs(strange: str, plain: str) -> dict[str, str]:
    return dict(zip(strange.split(), plain.split(), strict=True))


def _row(first: str, plain: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ") -> dict[str, str]:
    """A whole alphabet that stands in one row."""
    return {chr(ord(first) + i): letter for i, letter in enumerate(plain)}


LATIN = _pairs(
    "ø đ ð ł ħ ŧ ı ɡ ɑ ŋ ƒ ß æ œ þ ɩ ǀ ƙ ƴ ɓ ɖ ɗ ɨ ɫ ɬ ƨ ʂ ʐ ʋ ʉ ɵ ɛ ɔ ɐ ə ǝ ɥ ɯ ɹ ʇ ʌ ʍ ʎ",
    "o d d l h t i g a n f ss ae oe p i l k y b d d i l l s s z v u o e c a e e h m r t v w y",
) | _pairs(
    "ʞ ɟ ɾ ƃ ᴉ ꞁ ɳ ɲ ƞ ɱ ʈ ƭ ƥ ɋ ƈ ꞓ ɕ ɠ ȷ ʝ ỻ Ø Đ Ð Ł Ħ Ŧ Ŋ Ƒ ẞ Æ Œ Þ Ɩ Ƙ Ƴ Ɓ Ɗ Ɨ Ƨ Ɛ Ɔ Ǝ Ʌ",
    "k f j g i l n n n m t t p q c c c g j j ll O D D L H T N F SS AE OE P I K Y B D I S E C E A",
)
SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
CYRILLIC = _pairs(
    "а в е к м н о р с т у х і ї ј ѕ ԁ ԛ ԝ ӏ һ ү ҽ ҫ ҡ қ ҝ ҳ ғ ԍ ѵ ӕ ɣ ө ә",
    "a b e k m h o p c t y x i i j s d q w l h y e c k k k x f g v ae y o e",
) | _pairs("А В Е К М Н О Р С Т У Х І Ї Ј Ѕ Ԁ Ԛ Ԝ Ӏ Һ Ү Ө", "A B E K M H O P C T Y X I I J S D Q W I H Y O")
GREEK = _pairs("α β γ δ ε ζ ι κ ο ρ ς τ υ χ ω ϲ ϳ", "a b y d e z i k o p s t u x w c j") | _pairs(
    "Α Β Ε Ζ Η Ι Κ Μ Ν Ο Ρ Τ Υ Χ Ϲ", "A B E Z H I K M N O P T Y X C"
)
ARMENIAN = _pairs("օ ո ս հ ց ք ր ա զ ռ ղ յ ւ ժ ճ բ Օ Ս Լ Տ Ո", "o n u h g p p w q n n j i d d f O U L S O")
CHEROKEE = _pairs("Ꭺ Ᏼ Ꮯ Ꭰ Ꭼ Ꮐ Ꮋ Ꭵ Ꭻ Ꮶ Ꮮ Ꮇ Ꮲ Ꮢ Ꮪ Ꭲ Ꮩ Ꮃ Ꮍ Ꮓ Ꮖ", "A B C D E G H i J K L M P R S T V W Y Z I")
LISU = dict(zip("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "ABCDEFGHIJKLMNOPRSTUVWXYZ", strict=True))
SYLLABICS = dict(zip("ᗩᗷᑕᗪᗴᖴᕼᒍᒪᗰᑎᑭᖇᔕᑌᐯᗯ᙭ᘔ", "ABCDEFHJLMNPRSUVWXZ", strict=True))
COPTIC = dict(zip("ⲁⲃⲥⲉⲏⲓⲕⲙⲛⲟⲣⲧⲩⲭⲱⲍ", "abcehikmnoptyxwz", strict=True))
SQUARES = (
    _row("\U0001f110") | _row("\U0001f130") | _row("\U0001f150") | _row("\U0001f170") | _row("\U0001f1e6")
)  # in parentheses, squared, in black circles and squares, and the halves of flags
SIGNS = _pairs("© ® ℮ ∂ ∑ ∆ √ ∩ ∪ ⊂ ⍺ ⍳ ⍴ ⍵", "c r e d s a v n u c a i p w")
ARABIC = _pairs("أ إ آ ٱ ى ی ې ئ ک ڪ ة ۀ ە ھ ہ ؤ", "ا ا ا ا ي ي ي ي ك ك ه ه ه ه ه و")
_FULL = (
    "岀塲場賭貨滾費幣癡儍會"
    "學國來對時說話語為們個這還過進選遠邊關開門問間錢銀錯鐵長張強當發財買賣貴貸賺贏輸賤賊騙馬罵鳥雞龜豬腦殘廢殺滅爛熱無壞懶愛戰擊樂機槍氣沒獎獨產異療癮盜禮紅約級紙細"
    "終組結給絕經網線練總義習聲聽臉舉興舊藝藥虛號蟲裝裡見視親覺觀計記設許評試認誤請論謊謝證識議護讓變貪質讚遲遞郵鄭釋鐘隨險難靜頁頂項須領頭題顏風飛飯餓館騷驗魚黃齊"
)
_SIMPLE = (
    "出场场赌货滚费币痴傻会"
    "学国来对时说话语为们个这还过进选远边关开门问间钱银错铁长张强当发财买卖贵贷赚赢输贱贼骗马骂鸟鸡龟猪脑残废杀灭烂热无坏懒爱战击乐机枪气没奖独产异疗瘾盗礼红约级纸细"
    "终组结给绝经网线练总义习声听脸举兴旧艺药虚号虫装里见视亲觉观计记设许评试认误请论谎谢证识议护让变贪质赞迟递邮郑释钟随险难静页顶项须领头题颜风飞饭饿馆骚验鱼黄齐"
)
HAN = dict(zip(_FULL, _SIMPLE, strict=True))

LETTERS = (
    LATIN | SMALL_CAPITALS | CYRILLIC | GREEK | ARMENIAN | CHEROKEE | LISU | SYLLABICS | COPTIC | SQUARES | SIGNS
    | ARABIC | HAN
)  # fmt: skip

# Pictures that stand for a letter as often as for nothing.
PICTURES = (
    dict.fromkeys("⭕○●◯🔴🟠🟡🟢🔵🟣⚫⚪🟤⚽🏀⚾🎾🏐🎱🌕🌑🌍🌎🌏🍩🍪🏵", "o")
    | _pairs(
        "✔ ☑ ✅ ▼ ▽ ✌ ▲ △ 🔼 🔺 ⛺ ∀ 〽 🐍 ∃ ❌ ✖ ✕ ❎ ✝ ☨ ✞ ⛪ ➕ ☪ 🌙 🌜",
        "v v v v v v a a a a a a m s e x x x x t t t t t c c c",
    )
    | _pairs("⛎ 🧲 ♓ ♏ ♈ ♌ 💲 💰 ❗ ❕ ‼ 👁 🪝 🆎 🆑 🆒 🆓 🆔", "u u h m y n s s i i i i j ab cl cool free id")
    | _pairs("🆕 🆖 🆗 🆘 🆙 🆚", "new ng ok sos up vs")
)

# Signs and figures written for a letter, and letters of other scripts that may be read as one of ours.
EITHER = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g", "@": "a",
    "$": "s", "§": "s", "€": "e", "£": "l", "¥": "y", "¢": "c", "!": "il", "¡": "i", "|": "il", "¦": "i", "+": "t",
    "†": "t", "(": "c", "<": "c", "[": "c", "#": "h", "%": "x", "×": "x", "&": "e", "ν": "vn", "η": "nh", "μ": "um",
    "π": "np", "σ": "so", "λ": "l", "θ": "o", "φ": "f", "ξ": "e", "ψ": "w", "п": "n", "и": "un", "я": "r", "г": "r",
    "ш": "w", "щ": "w", "з": "e", "ч": "y", "б": "b", "ь": "b", "л": "n", "д": "d", "є": "e", "э": "e", "ъ": "b",
    "ы": "bi", "ж": "x", "ц": "u", "ф": "o", "ю": "io", "ґ": "r",
}  # fmt: skip
# The same in a word that is written in Cyrillic.
EITHER_CYRILLIC = {
    "0": "o", "1": "iл", "3": "зe", "4": "чa", "5": "s", "6": "б", "7": "tг", "8": "b", "9": "я", "@": "a", "$": "s",
    "€": "e", "!": "i", "|": "i", "/": "л", "u": "и", "n": "п", "r": "г", "w": "ш", "l": "л", "g": "д", "d": "д",
    "#": "ж", "+": "t", "(": "c",
}  # fmt: skip
# Letters drawn with several signs, the longest first.
DRAWN = {
    "|\\/|": "m", "/\\/\\": "m", "\\/\\/": "w", "|\\|": "n", "|_|": "u", "|-|": "h", "|<": "k", "|{": "k", "l<": "k",
    "1<": "k", "|)": "d", "|]": "d", "|3": "b", "|>": "p", "|2": "r", "/\\": "a", "\\/": "v", "()": "o", "[]": "o",
    "><": "x", "}{": "h", "|_": "l",
}  # fmt: skip
# Letters upside down. Whoever writes so writes from the end.
FLIPPED = dict(zip("ʇʎɹɔǝɟɐɥɾʞɯʍʌƃᴉıןudpbqnƃʃ", "tyrcefahjkmwvgiilnpdqbugl", strict=True))
ONLY_FLIPPED = frozenset("ʇʎɹɔǝɟɐɥʞɯʍʌƃᴉ")
# Han characters that look like Katakana, where they stand beside some.
KATAKANA = dict(zip("力口工二八夕卜三千", "カロエニハタトミチ", strict=True))
# Unseen, though their kind says letter or sign.
UNSEEN = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u0640ー"
