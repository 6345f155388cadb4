using System.Buffers.Binary;
using System.Text;

namespace Relsim.Torch.Tests.Native;

/// <summary>
/// The smallest library with versioned imports: `init` of version NEW_2, `now` of OLD_1, and as many further imports of NEW_2
/// as asked. Only the tables that the edit reads are there; nothing could load it.
/// </summary>
internal static class SyntheticElf
{
    public const int SymbolsOffset = 64;
    public const int VersionsOffset = 256;
    public const int NeedsOffset = 320;
    private const int NamesOffset = 448;
    private const int SectionsOffset = 512;

    public static byte[] Create(int furtherImports = 0)
    {
        byte[] file = new byte[SectionsOffset + (4 * 64)];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        Put64(file, 0x28, SectionsOffset);
        Put16(file, 0x3A, 64);
        Put16(file, 0x3C, 4);
        int init = AddName(file, "init"), now = AddName(file, "now"), other = AddName(file, "other");
        int oldVersion = AddName(file, "OLD_1"), newVersion = AddName(file, "NEW_2"), library = AddName(file, "lib.so");
        int[] names = [0, init, now, .. Enumerable.Repeat(other, furtherImports)];
        for (int i = 0; i < names.Length; i++)
        {
            Put32(file, SymbolsOffset + (i * 24), names[i]);
            Put16(file, VersionsOffset + (i * 2), i switch { 0 => 0, 2 => 5, _ => 6 });
        }

        // One needed library (Verneed) with two versions (Vernaux), 16 bytes each.
        Put16(file, NeedsOffset, 1);
        Put16(file, NeedsOffset + 2, 2);
        Put32(file, NeedsOffset + 4, library);
        Put32(file, NeedsOffset + 8, 16);
        PutVersion(file, NeedsOffset + 16, oldVersion, 5, next: 16);
        PutVersion(file, NeedsOffset + 32, newVersion, 6, next: 0);
        PutSection(file, 0, type: 11, SymbolsOffset, names.Length * 24, link: 3, info: 0);
        PutSection(file, 1, type: 0x6fffffff, VersionsOffset, names.Length * 2, link: 0, info: 0);
        PutSection(file, 2, type: 0x6ffffffe, NeedsOffset, 48, link: 3, info: 1);
        PutSection(file, 3, type: 3, NamesOffset, 64, link: 0, info: 0);
        return file;
    }

    private static int AddName(byte[] file, string name)
    {
        int at = NamesOffset + 1;
        while (file[at] != 0)
        {
            at += file.AsSpan(at).IndexOf((byte)0) + 1;
        }

        Encoding.ASCII.GetBytes(name, file.AsSpan(at));
        return at - NamesOffset;
    }

    private static void PutVersion(byte[] file, int at, int name, ushort index, int next)
    {
        Put16(file, at + 6, index);
        Put32(file, at + 8, name);
        Put32(file, at + 12, next);
    }

    private static void PutSection(byte[] file, int index, uint type, int offset, int size, int link, int info)
    {
        int at = SectionsOffset + (index * 64);
        Put32(file, at + 4, (int)type);
        Put64(file, at + 0x18, offset);
        Put64(file, at + 0x20, size);
        Put32(file, at + 0x28, link);
        Put32(file, at + 0x2C, info);
    }

    private static void Put16(byte[] file, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);

    private static void Put32(byte[] file, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);

    private static void Put64(byte[] file, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);
}
