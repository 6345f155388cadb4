using System.Buffers.Binary;
using System.Text;

namespace Relsim.Torch.Native;

/// <summary>
/// The versioned imports of a 64-bit little-endian ELF shared library, held as bytes that <see cref="Redirect"/> edits.
/// Layout: System V ABI, chapter 5 (Elf64_Sym), and the GNU symbol versioning section (Elf64_Verneed, Elf64_Vernaux, versym).
/// </summary>
/// <remarks>Every offset comes from the file, so every read is checked against the file's length.</remarks>
internal sealed class ElfSymbolVersions
{
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const uint SectionVersionOfSymbol = 0x6fffffff;
    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int SymbolSize = 24;
    private const byte WeakVersion = 2; // VER_FLG_WEAK: a missing version is no reason to refuse the library
    private const int VersionIndexMask = 0x7fff; // the top bit of a versym entry means "hidden"

    private readonly byte[] file;
    private readonly Section symbols;
    private readonly Section names;
    private readonly Section versionOfSymbol;
    private readonly Section versionNeeds;

    /// <summary>Reads the section table of <paramref name="file"/>, which is edited in place later.</summary>
    /// <exception cref="ElfFormatException">Not a 64-bit little-endian ELF library with versioned dynamic symbols.</exception>
    public ElfSymbolVersions(byte[] file)
    {
        this.file = file;
        if (file.Length < HeaderSize || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new ElfFormatException("The file is not a 64-bit little-endian ELF library.");
        }

        long table = ReadOffset(0x28);
        int count = ReadUInt16(0x3C);
        if (ReadUInt16(0x3A) != SectionSize)
        {
            throw new ElfFormatException("The section headers do not have the size that the ABI prescribes.");
        }

        List<Section> sections = [];
        for (int i = 0; i < count; i++)
        {
            sections.Add(ReadSection(table + (i * SectionSize)));
        }

        symbols = Find(sections, SectionDynamicSymbols, ".dynsym");
        versionOfSymbol = Find(sections, SectionVersionOfSymbol, ".gnu.version");
        versionNeeds = Find(sections, SectionVersionNeeds, ".gnu.version_r");
        names = symbols.Link < sections.Count
            ? sections[(int)symbols.Link]
            : throw new ElfFormatException("The dynamic symbols name a string table that is not there.");
    }

    /// <summary>
    /// Makes the import <paramref name="symbol"/>, the only one of <paramref name="version"/>, resolve to the import
    /// <paramref name="substitute"/>, and marks the version as weak, so that a system without it accepts the library.
    /// </summary>
    /// <exception cref="ElfFormatException">
    /// The version, either symbol, or the rule that the version has this import alone is not found in the file.
    /// </exception>
    public void Redirect(string symbol, string version, string substitute)
    {
        long need = FindVersionNeed(version);
        int versionIndex = ReadUInt16(need + 6) & VersionIndexMask;
        List<string> importsOfVersion = [];
        long from = -1, to = -1;
        long count = Math.Min(symbols.Size / SymbolSize, versionOfSymbol.Size / 2);
        for (long i = 0; i < count; i++)
        {
            string name = ReadName(ReadUInt32(symbols.Offset + (i * SymbolSize)));
            if (IsImport(i) && VersionOf(i) == versionIndex)
            {
                importsOfVersion.Add(name);
            }

            from = IsImport(i) && name == symbol ? i : from;
            to = IsImport(i) && name == substitute ? i : to;
        }

        if (from < 0 || to < 0 || importsOfVersion.Count != 1 || importsOfVersion[0] != symbol)
        {
            throw new ElfFormatException(
                $"The imports of {version} are [{string.Join(", ", importsOfVersion)}]; expected {symbol} alone, and {substitute} beside it.");
        }

        file.AsSpan(At(symbols.Offset + (to * SymbolSize), 4), 4).CopyTo(file.AsSpan(At(symbols.Offset + (from * SymbolSize), 4)));
        file.AsSpan(At(versionOfSymbol.Offset + (to * 2), 2), 2).CopyTo(file.AsSpan(At(versionOfSymbol.Offset + (from * 2), 2)));
        file[At(need + 4, 1)] |= WeakVersion;
    }

    private bool IsImport(long symbol) => ReadUInt16(symbols.Offset + (symbol * SymbolSize) + 6) == 0;

    private int VersionOf(long symbol) => ReadUInt16(versionOfSymbol.Offset + (symbol * 2)) & VersionIndexMask;

    /// <summary>The offset of the Vernaux entry that asks for <paramref name="version"/>.</summary>
    private long FindVersionNeed(string version)
    {
        long library = versionNeeds.Offset;
        for (uint i = 0; i < versionNeeds.Info; i++)
        {
            long need = library + ReadUInt32(library + 8);
            for (int j = ReadUInt16(library + 2); j > 0; j--)
            {
                if (ReadName(ReadUInt32(need + 8)) == version)
                {
                    return need;
                }

                need += ReadUInt32(need + 12);
            }

            library += ReadUInt32(library + 12);
        }

        throw new ElfFormatException($"The library does not ask for {version}.");
    }

    private Section ReadSection(long at) => new(
        ReadUInt32(at + 4),
        ReadOffset(at + 0x18),
        ReadOffset(at + 0x20),
        ReadUInt32(at + 0x28),
        ReadUInt32(at + 0x2C));

    private Section Find(List<Section> sections, uint type, string name)
    {
        foreach (Section section in sections)
        {
            if (section.Type == type)
            {
                return section.Offset <= file.Length && section.Size <= file.Length - section.Offset
                    ? section
                    : throw new ElfFormatException($"The section {name} reaches past the end of the file.");
            }
        }

        throw new ElfFormatException($"The library has no section {name}.");
    }

    private string ReadName(uint offset)
    {
        int start = At(names.Offset + offset, 1);
        int length = file.AsSpan(start).IndexOf((byte)0);
        return length >= 0
            ? Encoding.ASCII.GetString(file, start, length)
            : throw new ElfFormatException("A symbol's name has no end.");
    }

    private ushort ReadUInt16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(At(at, 2)));

    private uint ReadUInt32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(At(at, 4)));

    /// <summary>An offset or size; an absurd one is cut to a value that every later check refuses and no sum overflows.</summary>
    private long ReadOffset(long at) =>
        (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(At(at, 8))), long.MaxValue / 4);

    private int At(long offset, int length) => offset >= 0 && offset <= file.Length - length
        ? (int)offset
        : throw new ElfFormatException($"The file ends before byte {offset + length}, to which one of its tables points.");

    private readonly record struct Section(uint Type, long Offset, long Size, uint Link, uint Info);
}
