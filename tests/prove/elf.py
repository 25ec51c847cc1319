"""elf.py - ELF files of 32 bits, objects and images, whose bytes can be changed."""
import collections
import struct

PROGBITS, SYMTAB, REL = 1, 2, 9		# types of sections
OBJECT, FUNC, FILE = 1, 2, 4		# and of symbols
ALLOC = 2				# flag of a section that is loaded
ABS32, CALL, JUMP = 2, 10, 30		# relocations: R_ARM_ABS32, THM_CALL, THM_JUMP24

Section = collections.namedtuple("Section", "name type flags address offset size link info align entry")
# at: place of the entry in the file
Symbol = collections.namedtuple("Symbol", "name value size info section at")
# where: offset in the section, or address in an image
Reloc = collections.namedtuple("Reloc", "where type symbol at")


class Object:
    def __init__(self, data):
        self.data = bytearray(data)
        shoff, = struct.unpack_from("<I", data, 32)
        n, = struct.unpack_from("<H", data, 48)
        self.sections = [Section(*struct.unpack_from("<10I", data, shoff + 40 * k)) for k in range(n)]
        tab = next(s for s in self.sections if s.type == SYMTAB)
        names = self.sections[tab.link].offset
        self.symbols = []
        for at in range(tab.offset, tab.offset + tab.size, 16):
            name, value, size, info, _, section = struct.unpack_from("<3I2BH", data, at)
            self.symbols.append(Symbol(self.until_zero(names + name).decode(), value, size, info, section, at))

    def until_zero(self, at):
        return bytes(self.data[at:self.data.index(0, at)])

    def text(self, section, at):
        """The text there, up to its zero byte; None in a section without bytes."""
        s = self.sections[section]
        return self.until_zero(s.offset + at) if s.type == PROGBITS else None

    def offset(self, address):
        """Place in the file of what is loaded there, or None."""
        for s in self.sections:
            if s.flags & ALLOC and s.type == PROGBITS and s.address <= address < s.address + s.size:
                return s.offset + address - s.address
        return None

    def relocs(self, section=None):
        """Of a section by its number, or of all that are loaded."""
        for s in self.sections:
            if s.type != REL or (s.info != section if section is not None else
                                 not self.sections[s.info].flags & ALLOC):
                continue
            for at in range(s.offset, s.offset + s.size, 8):
                where, info = struct.unpack_from("<2I", self.data, at)
                yield Reloc(where, info & 255, info >> 8, at)

    def put(self, at, value):
        struct.pack_into("<I", self.data, at, value & 0xffffffff)

    def with_word(self, at, value):
        """The bytes with another word."""
        data = bytearray(self.data)
        struct.pack_into("<I", data, at, value & 0xffffffff)
        return data

    def refer(self, reloc, symbol):
        """Lets a relocation name another symbol."""
        self.put(reloc.at + 4, symbol << 8 | reloc.type)
