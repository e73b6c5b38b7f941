"""Private-use code points that GB 18030 text still carries for characters which have a place of their own by now."""

# GB 18030-2005 left 24 characters in the private area; 18 moved in 2022, six have had a supplementary place since 2000.
_LATER = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15,
    0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F,
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9,
    0xE854: 0x9FBA, 0xE864: 0x9FBB,
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE,
}  # fmt: skip


def _gbk_row() -> dict[int, int]:
    """FE50…FEA0 of GBK lay at U+E815…U+E864 before 2000 (䶮 was U+E863); today's codec knows their places."""
    cells = [low for low in range(0x50, 0xA1) if low != 0x7F]
    found: dict[int, int] = {}
    for index, low in enumerate(cells):
        character = bytes((0xFE, low)).decode("gb18030")
        if not "\ue000" <= character <= "\uf8ff":
            found[0xE815 + index] = ord(character)
    return found


MOVED: dict[int, int] = {**_gbk_row(), **_LATER}
"""Private code point -> today's code point, for str.translate."""
